"""How CloudFormation creates, updates, rolls back and deletes a stack, for MiniStack's resource types and ours.

In place of MiniStack's own, which deleted what an update had touched when it failed, never called a failed custom
resource again, reported a stack as deleted whose resources were not, and knew no deletion policies.
"""

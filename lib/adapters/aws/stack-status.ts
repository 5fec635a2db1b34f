import { type CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { isNamed } from './lake-formation-retry.ts';

/**
 * Whether CloudFormation is going back to what was before a deployment that failed: it asks with the words of any other
 * change then, and a refusal would leave the stack stuck between the two.
 */
export async function isRollingBack(client: CloudFormationClient, stackId: string): Promise<boolean> {
  try {
    const { Stacks = [] } = await client.send(new DescribeStacksCommand({ StackName: stackId }));
    return Stacks[0]?.StackStatus?.includes('ROLLBACK') ?? false;
  } catch (thrown) {
    // A stack that is not there goes nowhere.
    if (isNamed(thrown, 'ValidationError')) return false;
    throw thrown;
  }
}

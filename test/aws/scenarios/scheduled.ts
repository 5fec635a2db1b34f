import { EventBridgeClient, ListRuleNamesByTargetCommand } from '@aws-sdk/client-eventbridge';

/** Lets so many seconds pass for the rules that call a function on a schedule. */
export async function letPass(seconds: number, TargetArn: string): Promise<void> {
  const { RuleNames = [] } = await new EventBridgeClient().send(new ListRuleNamesByTargetCommand({ TargetArn }));
  for (const rule of RuleNames) {
    const answer = await fetch(`${process.env.AWS_ENDPOINT_URL}/_meshemu/pass`, {
      method: 'POST',
      body: JSON.stringify({ rule, seconds }),
    });
    if (!answer.ok) throw new Error(await answer.text());
  }
}

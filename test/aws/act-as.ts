import type { Credentials } from './query-as.ts';

/** A session of a role as a service has one (Lambda, a run): whatever the role's trust policy says of people. */
export async function actAs(roleArn: string, endpoint = process.env.AWS_ENDPOINT_URL): Promise<Credentials> {
  const answer = await fetch(`${endpoint}/_meshemu/session`, { method: 'POST', body: JSON.stringify({ roleArn }) });
  const got = (await answer.json()) as Record<'AccessKeyId' | 'SecretAccessKey' | 'SessionToken', string>;
  return { accessKeyId: got.AccessKeyId, secretAccessKey: got.SecretAccessKey, sessionToken: got.SessionToken };
}

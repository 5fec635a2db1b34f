import { beforeAll, describe, expect, test, vi } from 'vitest';
import { answerCustomResource, type CustomResourceEvent } from '../../../lib/adapters/aws/custom-resource.ts';
import { MeshError } from '../../../lib/model/mesh-error.ts';

const url = 'https://cloudformation.example/answer';
type Answer = { readonly Status: string; readonly Reason?: string; readonly PhysicalResourceId: string };

beforeAll(() => void vi.spyOn(console, 'error').mockImplementation(() => undefined));

describe('the registrar’s answer', () => {
  test('tells CloudFormation before its time is out, and again when it did not hear', async () => {
    const event = { RequestType: 'Create', ResponseURL: url, RequestId: 'r' } as CustomResourceEvent;
    const heard: Answer[] = [];
    let calls = 0;
    const put = async (_url: string, body: string) => {
      calls += 1;
      if (calls < 3) throw new Error('no connection');
      heard.push(JSON.parse(body) as Answer);
    };
    await answerCustomResource(event, () => new Promise(() => undefined), { remainingMilliseconds: () => 5_050, put });
    expect(heard).toMatchObject([{ Status: 'FAILED', Reason: expect.stringContaining('had not enough time') }]);
  });

  test('says what is wrong and the way out within what CloudFormation shows', async () => {
    const problems = Array.from({ length: 50 }, (_, at) => ({
      code: 'c',
      message: `problem ${at} ${'x'.repeat(50)}`,
      where: {},
      fix: 'mend it',
    }));
    const event = { RequestType: 'Update', ResponseURL: url, PhysicalResourceId: 'p' } as CustomResourceEvent;
    const heard: Answer[] = [];
    const put = async (_url: string, body: string) => void heard.push(JSON.parse(body) as Answer);
    const work = () => Promise.reject(new MeshError({ code: 'c', message: 'm', fix: 'mend it', problems }));
    await answerCustomResource(event, work, { remainingMilliseconds: () => 60_000, put });
    expect(heard[0]!.Reason).toHaveLength(1_000);
    expect(heard[0]!.Reason).toMatch(/^50 problems:\n- problem 0.* … mend it$/s);
  });

  test('is a success for the deletion of what was never created, without work', async () => {
    const event = {
      RequestType: 'Delete',
      ResponseURL: url,
      PhysicalResourceId: 'never-created:r',
    } as CustomResourceEvent;
    const heard: Answer[] = [];
    const put = async (_url: string, body: string) => void heard.push(JSON.parse(body) as Answer);
    const work = () => Promise.reject(new Error('there was work'));
    await answerCustomResource(event, work, { remainingMilliseconds: () => 60_000, put });
    expect(heard).toMatchObject([{ Status: 'SUCCESS', PhysicalResourceId: 'never-created:r' }]);
  });
});

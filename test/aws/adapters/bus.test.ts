import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { describe, expect, test } from 'vitest';
import { createBus } from '../../../lib/adapters/aws/bus.aws.ts';
import type { MeshEvent } from '../../../lib/ports/bus.ts';
import { timeOf } from '../../conformance/samples.ts';

const event = (ports: readonly string[] = []): MeshEvent => ({
  specversion: '1.0',
  id: 'event-1',
  source: 'mesh://opetence/logistics/scans',
  type: 'mesh.publication.published',
  time: timeOf(1),
  datacontenttype: 'application/json',
  data: { product: 'logistics/scans', publicationId: 'publication-1', ports },
});

/** A client whose answers say so often that the event was not taken, as a throttled bus does. */
function refusingClient(times: number) {
  const client = new EventBridgeClient();
  let calls = 0;
  client.middlewareStack.add(
    () => async () => {
      calls += 1;
      const refused = {
        FailedEntryCount: 1,
        Entries: [{ ErrorCode: 'ThrottlingException', ErrorMessage: 'slow down' }],
      };
      const taken = { FailedEntryCount: 0, Entries: [{ EventId: '1' }] };
      return { response: {}, output: { $metadata: {}, ...(calls <= times ? refused : taken) } as never };
    },
    { step: 'initialize' },
  );
  return { client, calls: () => calls };
}

const patience = { attempts: 3, firstPauseMs: 1 };

describe('the bus on EventBridge', () => {
  test('announces again what was not taken, though the call succeeded', async () => {
    const { client, calls } = refusingClient(2);
    await createBus({ client, bus: 'opetence', mesh: 'opetence', patience }).announce(event());
    expect(calls()).toBe(3);
  });

  test('fails when an event is never taken, saying why', async () => {
    const { client } = refusingClient(3);
    const announcing = createBus({ client, bus: 'opetence', mesh: 'opetence', patience }).announce(event());
    await expect(announcing).rejects.toMatchObject({ code: 'event-not-taken', kind: 'retry' });
    await expect(announcing).rejects.toThrow('ThrottlingException: slow down');
  });

  test('refuses an event that is larger than targets take', async () => {
    const { client, calls } = refusingClient(0);
    const ports = Array.from({ length: 30_000 }, (_, index) => `port-${index}`);
    const announcing = createBus({ client, bus: 'opetence', mesh: 'opetence' }).announce(event(ports));
    await expect(announcing).rejects.toMatchObject({ code: 'event-too-large', where: { product: 'logistics/scans' } });
    expect(calls()).toBe(0);
  });
});

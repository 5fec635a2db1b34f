import { type EventBridgeClient, PutEventsCommand, type PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import { MeshError } from '../../model/mesh-error.ts';
import type { Bus, MeshEvent } from '../../ports/bus.ts';
import { eventSource } from './aws.binding.ts';
import { type PatienceOptions, withPatience } from './patience.ts';

export interface BusOptions {
  readonly client: EventBridgeClient;
  /** The bus's name or ARN. */
  readonly bus: string;
  readonly mesh: string;
  /** How often, and after which pauses, an event that was not taken is announced again. @default `withPatience`'s */
  readonly patience?: PatienceOptions;
}

/**
 * What targets of a rule take, 256 KB, without the envelope's two: bus and queues may carry more one day, functions'
 * queues don't.
 */
const MOST_BYTES = 254 * 1024;

/** The mesh's bus on EventBridge. */
export function createBus({ client, bus, mesh, patience }: BusOptions): Bus {
  return {
    async announce(event) {
      const entry: PutEventsRequestEntry & { Detail: string } = {
        EventBusName: bus,
        Source: eventSource(mesh),
        DetailType: event.type,
        Detail: JSON.stringify(event),
        Time: new Date(event.time),
      };
      const bytes = Buffer.byteLength(entry.Detail);
      if (bytes > MOST_BYTES) throw tooLarge(event, bytes);
      await withPatience(
        (error) => error instanceof NotTaken,
        async () => {
          // An answer without an error may still say that the event was not taken.
          const { FailedEntryCount, Entries } = await client.send(new PutEventsCommand({ Entries: [entry] }));
          if (FailedEntryCount) throw new NotTaken(event, bus, Entries?.[0]?.ErrorCode, Entries?.[0]?.ErrorMessage);
        },
        patience,
      );
    },
  };
}

class NotTaken extends MeshError {
  constructor({ type, data: { product } }: MeshEvent, bus: string, code = 'no code', why = 'no reason given') {
    super({
      code: 'event-not-taken',
      kind: 'retry',
      message: `the bus \`${bus}\` did not take the event \`${type}\` (${code}: ${why})`,
      fix: 'see that the bus exists and that the role may put events there',
      where: { product },
    });
  }
}

function tooLarge({ type, data: { product } }: MeshEvent, bytes: number): MeshError {
  const message = `the event \`${type}\` has ${bytes} bytes, and events have at most ${MOST_BYTES}`;
  return new MeshError({ code: 'event-too-large', message, fix: 'name fewer ports in it', where: { product } });
}

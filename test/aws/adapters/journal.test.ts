import { CreateBucketCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { beforeEach, describe, expect, test } from 'vitest';
import { createJournals } from '../../../lib/adapters/aws/journal.aws.ts';
import { createLease } from '../../../lib/adapters/aws/lease.ts';
import { currentPace } from '../../../lib/adapters/aws/pace.ts';
import type { Store } from '../../../lib/adapters/aws/store.aws.ts';
import { AnotherWaits, type Journal, UnfinishedRun } from '../../../lib/ports/journal.ts';
import { relayFunctions } from '../conformance/relay-functions.ts';
import { meshTable } from './mesh-table.ts';

const product = 'logistics/scans';
const s3 = new S3Client({ forcePathStyle: true });

let store: Store;
let bucket: string;
let time: number;
const clock = { now: () => new Date(time) };

beforeEach(async () => {
  const mesh = await meshTable();
  store = mesh.store;
  bucket = mesh.table;
  time = Date.parse('2026-01-31T08:00:00Z');
  await s3.send(new CreateBucketCommand({ Bucket: bucket }));
});

/** One durable execution that opens a journal; `kill` ends the process that works on it, and another goes on. */
function execute<Result>(run: (journal: Journal) => Promise<Result>) {
  let kill = () => {};
  let invocations = 0;
  const result = new Promise<Result>((resolve, reject) => {
    const started = relayFunctions().then((relay) =>
      relay.start({
        async work(context) {
          invocations += 1;
          await createJournals({ context, store, s3, bucket, clock }).open(product, run).then(resolve, reject);
        },
        killed: () =>
          new Promise((_, died) => {
            kill = () => died(new Error('killed'));
          }),
        onSaved: () => {},
        waitSeconds(seconds) {
          time += seconds * 1000;
          return 1;
        },
      }),
    );
    started.catch(reject);
  });
  return { result, kill: () => kill(), invocations: () => invocations };
}

/** Something that a test lets go on. */
function gate() {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open: () => open() };
}

describe('the journal as a durable execution', () => {
  test('leaves the process while a step waits, and repeats what the step did, but for its own steps', async () => {
    const done: string[] = [];
    const { result, invocations } = execute((journal) =>
      journal.step('transform', async () => {
        done.push('work');
        const pace = currentPace();
        const started = await pace.step('start', async () => {
          done.push('start');
          return { queryId: 'q' };
        });
        for (let poll = 1; ; poll += 1) {
          await pace.wait(`wait-${poll}`, 5);
          const state = await pace.step(`poll-${poll}`, async () => {
            done.push(`poll-${poll}`);
            return poll === 2 ? 'SUCCEEDED' : 'RUNNING';
          });
          if (state === 'SUCCEEDED') return started;
        }
      }),
    );
    expect(await result).toEqual({ queryId: 'q' });
    expect(invocations()).toBe(3);
    expect(done.filter((name) => name !== 'work')).toEqual(['start', 'poll-1', 'poll-2']);
    expect(done.filter((name) => name === 'work')).toHaveLength(3);
  });

  test('keeps what a paced step threw, and gives its kind of error again after a wait', async () => {
    let tries = 0;
    const { result } = execute((journal) =>
      journal.step('transform', async () => {
        const error = await currentPace()
          .step('start', async () => {
            tries += 1;
            throw new UnfinishedRun(new Error('no slot'));
          })
          .catch((thrown: unknown) => thrown);
        await currentPace().wait('pause', 3);
        expect(error).toBeInstanceOf(UnfinishedRun);
        return ((error as Error).cause as Error).message;
      }),
    );
    expect(await result).toBe('no slot');
    expect(tries).toBe(1);
  });

  test('goes on in another process when one is killed in the middle of a step', async () => {
    const runIds = new Set<string>();
    const done: string[] = [];
    const killed = gate();
    const execution = execute(async (journal) => {
      runIds.add(journal.runId);
      await journal.step('consume', async () => void done.push('consume'));
      return journal.step('transform', async () => {
        done.push('transform');
        if (done.filter((name) => name === 'transform').length === 1) {
          killed.open();
          await new Promise(() => {});
        }
        return 'staged';
      });
    });
    await killed.opened;
    execution.kill();
    expect(await execution.result).toBe('staged');
    expect(done).toEqual(['consume', 'transform', 'transform']);
    expect(runIds.size).toBe(1);
  });

  test('tries again what cannot end now, without doing again what is done', async () => {
    const done: string[] = [];
    const runIds = new Set<string>();
    const { result } = execute(async (journal) => {
      runIds.add(journal.runId);
      const publication = await journal.step('publish', async () => {
        done.push('publish');
        return { id: 'p' };
      });
      try {
        await journal.step('record', async () => {
          done.push('record');
          if (done.filter((name) => name === 'record').length < 3) throw new Error('the ledger is away');
        });
      } catch (error) {
        throw new UnfinishedRun(error);
      }
      return publication;
    });
    expect(await result).toEqual({ id: 'p' });
    expect(done).toEqual(['publish', 'record', 'record', 'record']);
    expect(runIds.size).toBe(1);
  });

  test('lets the second caller wait and the third leave', async () => {
    const inside = gate();
    const finish = gate();
    const order: string[] = [];
    const first = execute(async (journal) => {
      inside.open();
      await journal.step('work', () => finish.opened);
      order.push('first');
      return journal.runId;
    });
    await inside.opened;
    const second = execute(async (journal) => {
      order.push('second');
      return journal.runId;
    });
    await expect.poll(async () => (await store.get({ pk: `PRODUCT#${product}`, sk: 'LEASE' }))?.waiter).toBeDefined();
    await expect(execute(async () => 'third').result).rejects.toBeInstanceOf(AnotherWaits);
    finish.open();
    expect(await second.result).not.toBe(await first.result);
    expect(order).toEqual(['first', 'second']);
    expect(await execute(async () => 'later').result).toBe('later');
  });

  test('keeps large results in the product’s bucket', async () => {
    const { result } = execute((journal) => journal.step('large', async () => 'ü'.repeat(300_000)));
    expect(await result).toHaveLength(300_000);
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: bucket }));
    expect(Contents.length).toBeGreaterThan(0);
    for (const { Key } of Contents)
      expect(Key).toMatch(/^journal\/20260131T080000000-[0-9a-f]{12}\/[0-9a-f]{64}\.json\.gz$/);
  });
});

describe('the lease of a product', () => {
  const lease = (holder: string) => createLease({ store, clock, product, holder });
  const minutes = (count: number) => {
    time += count * 60_000;
  };

  test('is taken again by whoever holds it, also when another waits', async () => {
    expect(await lease('a').take()).toBe('held');
    expect(await lease('b').take()).toBe('waiting');
    expect(await lease('a').take()).toBe('held');
    expect(await lease('c').take()).toBe('another-waits');
    expect(await lease('b').take()).toBe('waiting');
  });

  test('passes to whoever waits, not to whoever comes', async () => {
    await lease('a').take();
    await lease('b').take();
    await lease('a').leave();
    expect(await lease('c').take()).toBe('another-waits');
    expect(await lease('b').take()).toBe('held');
    expect(await lease('c').take()).toBe('waiting');
  });

  test('passes on when its holder was silent for too long, who then has lost it', async () => {
    await lease('a').take();
    minutes(15);
    await lease('a').renew();
    minutes(15);
    expect(await lease('b').take()).toBe('waiting');
    minutes(2);
    expect(await lease('b').take()).toBe('held');
    await expect(lease('a').renew()).rejects.toMatchObject({ code: 'lost-turn', kind: 'retry', where: { product } });
    await lease('a').leave();
    expect(await lease('c').take()).toBe('waiting');
  });

  test('is held for as long as its holder sleeps', async () => {
    await lease('a').take();
    await lease('a').renew(3600);
    minutes(75);
    expect(await lease('b').take()).toBe('waiting');
  });

  test('does not wait for one who waited and died', async () => {
    await lease('a').take();
    await lease('b').take();
    minutes(6);
    expect(await lease('c').take()).toBe('waiting');
    await lease('a').leave();
    expect(await lease('c').take()).toBe('held');
  });

  test('goes to one of many who come at once, and one waits', async () => {
    const turns = await Promise.all(Array.from({ length: 8 }, (_, index) => lease(`holder-${index}`).take()));
    expect(turns.filter((turn) => turn === 'held')).toHaveLength(1);
    expect(turns.filter((turn) => turn === 'waiting')).toHaveLength(1);
  });
});

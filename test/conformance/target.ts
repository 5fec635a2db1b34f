import { afterEach, beforeEach, expect, test } from 'vitest';
import { UnsupportedError } from '../../lib/model/mesh-error.ts';
import type { ProductModel } from '../../lib/model/mesh-model.ts';
import type { ProductId } from '../../lib/model/names.ts';
import type { MeshEvent } from '../../lib/ports/bus.ts';
import type { Ports } from '../../lib/ports/ports.ts';
import type { Operation, Support } from '../../lib/ports/support.ts';

/** What a target offers to be held against the suites. They know nothing else of it. */
export interface ConformanceTarget {
  /** As its `UnsupportedError`s call it. */
  readonly name: string;
  readonly support: Support;
  /** A new, empty place. Throws when the target is not there: a suite is never passed over. */
  create(): Promise<ConformancePlace>;
}

/** One mesh's worth of state on a target, nobody else's. */
export interface ConformancePlace {
  readonly ports: Ports;
  /** Moves the clock of all ports of the place. */
  advance(milliseconds: number): void;
  /** Ports over the same state that share nothing else, as another process has. */
  anotherProcess(): Ports;
  /** Makes a file land, relative to where drops land. */
  land(path: string, content: string | Uint8Array): Promise<void>;
  /** Hands over all events that wait, as the target delivers them. A handler that throws did not take its event. */
  deliver(handler: (event: MeshEvent) => Promise<void>): Promise<void>;
  /** Leaves an unfinished run behind, dead after these steps. Returns its `runId`. */
  leaveUnfinished(product: ProductId, steps: readonly { name: string; result: unknown }[]): Promise<string>;
  /** Asks the target to wake a product by the schedule it declares. */
  schedule(product: ProductModel): Promise<void>;
  remove(): Promise<void>;
}

/** Gives every test of a suite a place of its own. */
export function placeForEach(target: ConformanceTarget): () => ConformancePlace {
  let place: ConformancePlace | undefined;
  beforeEach(async () => {
    place = await target.create();
  });
  afterEach(async () => {
    await place?.remove();
    place = undefined;
  });
  return () => place!;
}

/** A test of an operation: it passes where support is `full`, and anywhere else the operation says that it is not there. */
export function testOperation(
  target: ConformanceTarget,
  operation: Operation,
  title: string,
  work: () => Promise<void>,
): void {
  tested.add(operation);
  if (target.support[operation] === 'full') {
    test(title, work);
    return;
  }
  test(`refuses \`${operation}\`, which it does not have: ${title}`, async () => {
    const refusal = await work().then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(refusal).toBeInstanceOf(UnsupportedError);
    expect((refusal as Error).message).toContain(`\`${operation}\``);
    expect((refusal as Error).message).toContain(target.name);
  });
}

/** The operations that some suite has a test for. */
export const tested = new Set<Operation>();

import { MeshError } from '../model/mesh-error.ts';
import type { ProductModel } from '../model/mesh-model.ts';
import type { ProductId } from '../model/names.ts';
import type { Finding } from '../ports/finding.ts';
import type { Journal } from '../ports/journal.ts';
import type { Ports } from '../ports/ports.ts';
import { announcePublished, announceQuarantined } from './announce.ts';
import { type ConsumeOptions, consume, type Plan } from './consume.ts';
import { publish } from './publish.ts';
import { record } from './record.ts';
import { retain } from './retain.ts';
import { transform } from './transform.ts';
import { stopsPublication, verify } from './verify.ts';

/** How a run ended. */
export type RunResult =
  | (AnyResult & { readonly kind: 'published'; readonly publicationId: string; readonly rows: RowCounts })
  | (AnyResult & { readonly kind: 'quarantined'; readonly publicationId: string; readonly again: boolean })
  | (AnyResult & { readonly kind: 'unchanged'; readonly publicationId: string })
  | (AnyResult & { readonly kind: 'waiting'; readonly reason: string })
  | (AnyResult & { readonly kind: 'failed'; readonly error: MeshError });

export type RowCounts = { readonly [port: string]: number };

interface AnyResult {
  readonly product: ProductId;
  readonly findings: readonly Finding[];
  readonly milliseconds: number;
}

/** What a run does now, for whoever shows progress. */
export type RunStep = 'consume' | 'transform' | 'verify' | 'publish';

export interface RunOptions extends ConsumeOptions {
  readonly onStep?: (step: RunStep) => void;
}

/** A run that lost its inputs or its product while it lay unfinished, and has to begin anew. */
const STALE = Symbol('stale');
/** More than that many new beginnings in a row is no bad luck. */
const MOST_BEGINNINGS = 5;

/**
 * Executes a product once: consume, transform, verify, publish. It may die between any two steps, and the next call
 * goes on. Never throws for what is wrong with the product or its data: that is a result.
 */
export async function run(ports: Ports, product: ProductModel, options: RunOptions = {}): Promise<RunResult> {
  const started = ports.clock.now().getTime();
  const since = () => ports.clock.now().getTime() - started;
  for (let beginning = 1; ; beginning += 1) {
    try {
      const result = await ports.journals.open(product.id, (journal) =>
        runOnce(ports, product, journal, options, since),
      );
      if (result !== STALE) return result;
      if (beginning === MOST_BEGINNINGS) throw superseded(product);
    } catch (thrown) {
      const error = asMeshError(thrown, product);
      return { kind: 'failed', product: product.id, findings: [], milliseconds: since(), error };
    }
  }
}

async function runOnce(
  ports: Ports,
  product: ProductModel,
  journal: Journal,
  options: RunOptions,
  since: () => number,
): Promise<RunResult | typeof STALE> {
  const { runId } = journal;
  const done = { product: product.id, findings: [] };
  options.onStep?.('consume');
  const plan = await journal.step('consume', () => consume(ports, product, options));
  if (plan.kind === 'unchanged' || plan.kind === 'waiting') return { ...done, ...plan, milliseconds: since() };
  if (plan.kind === 'quarantined') {
    const { publicationId, findings } = plan.quarantined;
    return { ...done, kind: 'quarantined', publicationId, findings, again: true, milliseconds: since() };
  }
  if (plan.kind === 'reverted') {
    const { publication, sequence } = plan;
    const moved = await journal.step('publish', () => ports.registry.publish(publication, sequence));
    if (!moved) return STALE;
    await journal.step('announce', () => announcePublished(ports, product, publication));
    return {
      ...done,
      kind: 'published',
      publicationId: publication.publicationId,
      rows: rowCounts(publication.outputs),
      milliseconds: since(),
    };
  }
  if (plan.productFingerprint !== product.fingerprint) {
    await ports.warehouse.discard(runId, product);
    return STALE;
  }
  return runPlan(ports, product, plan, journal, options, since);
}

async function runPlan(
  ports: Ports,
  product: ProductModel,
  plan: Plan,
  journal: Journal,
  options: RunOptions,
  since: () => number,
): Promise<RunResult | typeof STALE> {
  const { runId } = journal;
  const { publicationId, recordedAt } = plan;
  try {
    options.onStep?.('transform');
    const staged = await journal.step('transform', () => transform(ports, product, plan, runId));
    options.onStep?.('verify');
    const findings = await journal.step('verify', () => verify(ports, product, plan, staged, runId));
    const request = { runId, product, publicationId, recordedAt, staged, before: plan.before };
    options.onStep?.('publish');
    if (stopsPublication(findings)) {
      const snapshot = await journal.step('quarantine', () => ports.warehouse.quarantine(request));
      const at = ports.clock.now().toISOString();
      await journal.step('record', async () => {
        await ports.registry.quarantine(product.id, { publicationId, runId, at, findings, snapshot });
        await record(ports, product, {
          runId,
          outcome: 'quarantined',
          publicationId,
          milliseconds: since(),
          rows: {},
          findings,
        });
      });
      await journal.step('announce', () => announceQuarantined(ports, product, runId, publicationId));
      return { kind: 'quarantined', product: product.id, publicationId, findings, again: false, milliseconds: since() };
    }
    const outputs = await journal.step('merge', () => ports.warehouse.merge(request));
    const publication = await journal.step('publish', () => publish(ports, product, plan, outputs, runId));
    if (!publication) return STALE;
    const rows = rowCounts(outputs);
    await journal.step('record', () =>
      record(ports, product, { runId, outcome: 'published', publicationId, milliseconds: since(), rows, findings }),
    );
    await journal.step('announce', () => announcePublished(ports, product, publication));
    await journal.step('retain', () => retain(ports, product));
    return { kind: 'published', product: product.id, publicationId, rows, findings, milliseconds: since() };
  } catch (thrown) {
    const error = asMeshError(thrown, product).message;
    await record(ports, product, {
      runId,
      outcome: 'failed',
      publicationId,
      milliseconds: since(),
      rows: {},
      findings: [],
      error,
    });
    throw thrown;
  } finally {
    await ports.warehouse.discard(runId, product);
  }
}

function rowCounts(outputs: { readonly [port: string]: { readonly rows: number } }): RowCounts {
  return Object.fromEntries(Object.entries(outputs).map(([port, { rows }]) => [port, rows]));
}

function asMeshError(thrown: unknown, product: ProductModel): MeshError {
  if (thrown instanceof MeshError) {
    if (thrown.where.product || thrown.problems.length > 1) return thrown;
    const { code, kind, fix, cause } = thrown;
    const message = thrown.problems[0]?.message ?? thrown.message;
    return new MeshError({ code, kind, message, fix, cause, where: { ...thrown.where, product: product.id } });
  }
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  const file = product.transform.kind === 'sql' ? undefined : product.transform.file;
  const fix = file ? `mend \`${file}\`, or its input` : 'see the cause; the last good publication stays in place';
  return new MeshError({ code: 'run-failed', message, fix, where: { product: product.id, file }, cause: thrown });
}

function superseded(product: ProductModel): MeshError {
  const message = `another run published first, ${MOST_BEGINNINGS} times in a row`;
  return new MeshError({
    code: 'superseded',
    kind: 'retry',
    message,
    where: { product: product.id },
    fix: 'try again',
  });
}

import { MeshError } from '../model/mesh-error.ts';
import type { ProductModel } from '../model/mesh-model.ts';
import type { ProductId } from '../model/names.ts';
import type { Finding } from '../ports/finding.ts';
import { AnotherWaits, type Journal, UnfinishedRun } from '../ports/journal.ts';
import type { Ports } from '../ports/ports.ts';
import type { Publication } from '../ports/publication.ts';
import type { StagedPort } from '../ports/warehouse.ts';
import { announceFailed, announcePublished, announceQuarantined } from './announce.ts';
import { type ConsumeOptions, consume, type Plan } from './consume.ts';
import { movePointer, publish } from './publish.ts';
import { ledgerText, record } from './record.ts';
import { recover } from './recover.ts';
import { dropsHold, hasEnded, stillHolds } from './resume.ts';
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

/** A run whose inputs, product or pointer moved meanwhile, and which has to begin anew. A text: journals keep it. */
const STALE = 'stale';
/** More than that many new beginnings in a row is no bad luck. */
const MOST_BEGINNINGS = 5;

/**
 * Executes a product once: consume, transform, verify, publish. It may die between any two steps, and the next call
 * goes on. Never throws for what is wrong with the product or its data: that is a result.
 */
export async function run(ports: Ports, product: ProductModel, options: RunOptions = {}): Promise<RunResult> {
  const started = ports.clock.now().getTime();
  const since = () => ports.clock.now().getTime() - started;
  /** What came of going on with a run that had died: what landed since is for another run, now. */
  let resumed: RunResult | undefined;
  for (let beginning = 1; ; beginning += 1) {
    try {
      let isResumed = false;
      const onResume = () => {
        isResumed = true;
      };
      const result = await ports.journals.open(product.id, (journal) =>
        runOnce({ ports, product, journal, options, since, onResume }),
      );
      if (result !== STALE && isResumed) resumed = result;
      else if (result !== STALE) return resumed && isNoNews(result) ? resumed : result;
      if (beginning === MOST_BEGINNINGS) throw superseded(product);
    } catch (thrown) {
      if (thrown instanceof AnotherWaits) {
        const done = { product: product.id, findings: [], milliseconds: since() };
        return { kind: 'waiting', ...done, reason: thrown.message };
      }
      const error = asMeshError(thrown instanceof UnfinishedRun ? thrown.cause : thrown, product);
      return { kind: 'failed', product: product.id, findings: [], milliseconds: since(), error };
    }
  }
}

/** Whether a run found nothing to do. */
function isNoNews(result: RunResult): boolean {
  return result.kind === 'unchanged' || (result.kind === 'quarantined' && result.again);
}

/** What every part of one run needs. */
interface Run {
  readonly ports: Ports;
  readonly product: ProductModel;
  readonly journal: Journal;
  readonly options: RunOptions;
  readonly since: () => number;
  readonly onResume: () => void;
}

/** Ends a run in every way but death: what it left in staging goes, what failed is in the ledger. */
async function runOnce(run: Run): Promise<RunResult | typeof STALE> {
  const { ports, product, journal, since } = run;
  const { runId } = journal;
  let result: RunResult | typeof STALE;
  try {
    result = await runSteps(run);
  } catch (thrown) {
    // Consumers may see its result already; then the ledger and the bus must be told of it, by the next call.
    if (await hasEnded(ports, product, runId).catch(() => true)) throw new UnfinishedRun(thrown);
    const error = ledgerText(asMeshError(thrown, product), product);
    const failed = { runId, outcome: 'failed', milliseconds: since(), rows: {}, findings: [], error } as const;
    // A ledger or a bus that can't be written tells less than why the run failed.
    await record(ports, product, failed).catch(() => undefined);
    await announceFailed(ports, product, runId).catch(() => undefined);
    await cleanUp(run).catch(() => undefined);
    throw thrown;
  }
  if (result === STALE) await cleanUp(run);
  // All is told by now. What can't be removed is no reason to say that the run failed; the next one sweeps it up.
  else await ports.warehouse.discard(runId, product).catch(() => undefined);
  return result;
}

/** Removes what a run that published nothing left behind. */
async function cleanUp({ ports, product, journal }: Run): Promise<void> {
  await ports.warehouse.discard(journal.runId, product);
  await retain(ports, product);
}

async function runSteps(run: Run): Promise<RunResult | typeof STALE> {
  const { ports, product, journal, options, since } = run;
  const { runId } = journal;
  const done = { product: product.id, findings: [] };
  options.onStep?.('consume');
  let { isResumed } = journal;
  const plan = await journal.step('consume', () => {
    isResumed = false;
    return consume(ports, product, options);
  });
  if (isResumed && !(await stillHolds(ports, product, plan, runId, options))) return STALE;
  if (isResumed) run.onResume();
  switch (plan.kind) {
    case 'unchanged':
      await recover(ports, product, runId, plan.publicationId, since());
      return { ...done, ...plan, milliseconds: since() };
    case 'waiting':
      return { ...done, ...plan, milliseconds: since() };
    case 'quarantined': {
      const { publicationId, findings } = plan.quarantined;
      return { ...done, kind: 'quarantined', publicationId, findings, again: true, milliseconds: since() };
    }
    case 'reverted': {
      const reverted = { ...plan.publication, runId };
      options.onStep?.('publish');
      const publication = await journal.step('publish', () => movePointer(ports, reverted, plan.sequence));
      return publication ? conclude(run, publication, []) : STALE;
    }
    case 'run':
      return runPlan(run, plan);
  }
}

async function runPlan(run: Run, plan: Plan): Promise<RunResult | typeof STALE> {
  const { ports, product, journal, options, since } = run;
  const { runId } = journal;
  const { publicationId, recordedAt } = plan;
  options.onStep?.('transform');
  const staged = await journal.step('transform', () => transformPinned(run, plan));
  if (staged === 'stale') return STALE;
  options.onStep?.('verify');
  const findings = await journal.step('verify', () => verify(ports, product, plan, staged, runId));
  const request = { runId, product, publicationId, recordedAt, staged, before: plan.before };
  options.onStep?.('publish');
  if (stopsPublication(findings)) {
    const snapshot = await journal.step('quarantine', () => ports.warehouse.quarantine(request));
    const at = ports.clock.now().toISOString();
    await journal.step('record', async () => {
      await ports.registry.quarantine(product.id, { publicationId, runId, at, findings, snapshot });
      const ended = { runId, publicationId, milliseconds: since(), rows: {}, findings };
      await record(ports, product, { ...ended, outcome: 'quarantined' });
    });
    await journal.step('announce', () => announceQuarantined(ports, product, runId, publicationId));
    return { kind: 'quarantined', product: product.id, publicationId, findings, again: false, milliseconds: since() };
  }
  const outputs = await journal.step('merge', () => ports.warehouse.merge(request));
  const publication = await journal.step('publish', () => publish(ports, product, plan, outputs, runId));
  return publication ? conclude(run, publication, findings) : STALE;
}

/** Transforms, and makes sure that what was read is what was pinned; it is `stale` when a drop changed meanwhile. */
async function transformPinned({ ports, product, journal }: Run, plan: Plan): Promise<readonly StagedPort[] | 'stale'> {
  try {
    const staged = await transform(ports, product, plan, journal.runId);
    if (await dropsHold(ports, plan)) return staged;
  } catch (thrown) {
    if (await dropsHold(ports, plan)) throw thrown;
  }
  return 'stale';
}

/** Tells of a publication that consumers see, and removes what is no longer kept. */
async function conclude(run: Run, publication: Publication, findings: readonly Finding[]): Promise<RunResult> {
  const { ports, product, journal, since } = run;
  const { publicationId } = publication;
  const rows = Object.fromEntries(Object.entries(publication.outputs).map(([port, { rows }]) => [port, rows]));
  const ended = { runId: journal.runId, publicationId, milliseconds: since(), rows, findings };
  await journal.step('record', () => record(ports, product, { ...ended, outcome: 'published' }));
  await journal.step('announce', () => announcePublished(ports, product, publication));
  await journal.step('retain', () => retain(ports, product));
  return { kind: 'published', product: product.id, publicationId, rows, findings, milliseconds: since() };
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
  const message = `what it reads changed, or another run published first, ${MOST_BEGINNINGS} times in a row`;
  return new MeshError({
    code: 'superseded',
    kind: 'retry',
    message,
    where: { product: product.id },
    fix: 'try again',
  });
}

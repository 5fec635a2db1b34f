import { describeDuration } from '../model/duration.ts';
import type { OutputModel, ProductModel } from '../model/mesh-model.ts';
import type { ReferenceRule } from '../model/quality.ts';
import type { Finding } from '../ports/finding.ts';
import type { Ports } from '../ports/ports.ts';
import { type DataRow, measuredTable, type StagedPort } from '../ports/warehouse.ts';
import type { Plan } from './consume.ts';
import { BROKEN, type Check, quoted, ruleChecks } from './rule-checks.ts';

const MOST_EXAMPLES = 5;

/**
 * Holds staged rows against every rule of every port: one SELECT per port measures all of them, and one more per
 * broken rule fetches examples. Returns all findings together.
 */
export async function verify(
  ports: Ports,
  product: ProductModel,
  plan: Plan,
  staged: readonly StagedPort[],
  runId: string,
): Promise<readonly Finding[]> {
  const measure = (sql: string) =>
    ports.warehouse.measure({ runId, product, staged, bindings: plan.bindings, before: plan.before, sql });
  const findings: Finding[] = [];
  for (const output of product.outputs) {
    const checks = ruleChecks(output, (rule) => referencedTable(product, rule));
    const measured = (await measure(measureSql(output, checks, output.name in plan.before)))[0]!;
    const rows = Number(measured.n);
    for (const [index, check] of checks.entries()) {
      const count = check.kind === 'table' ? (measured[`c${index}`] === true ? 0 : 1) : Number(measured[`c${index}`]);
      const share = check.kind === 'table' ? count : rows === 0 ? 0 : count / rows;
      if (count === 0 || (check.kind !== 'table' && share <= check.tolerated)) continue;
      const examples =
        check.kind === 'table' ? [] : (await measure(exampleSql(output, check))).map((row) => describeRow(output, row));
      const { rule, severity, field, promise } = check;
      const message =
        check.kind === 'table' ? `does not hold: ${promise}` : `${count} of ${rows} rows break: ${promise}`;
      findings.push({ severity, rule, product: product.id, port: output.name, field, count, share, examples, message });
    }
    findings.push(...sloFindings(product, output, measured, rows, ports.clock.now()));
  }
  return findings;
}

/** Whether these findings stop a publication. */
export function stopsPublication(findings: readonly Finding[]): boolean {
  return findings.some(({ severity }) => severity === 'error');
}

/** A reference goes to an input's pinned state or, within the product, to what was there and what the same run made. */
function referencedTable(product: ProductModel, { to, toFields }: ReferenceRule): string {
  if (product.inputs.some(({ name }) => name === to)) return quoted(measuredTable.input(to));
  const { mode } = product.outputs.find(({ name }) => name === to)!;
  const staged = quoted(measuredTable.staged(to));
  if (mode === 'replace') return staged;
  const fields = toFields.map(quoted).join(', ');
  return `(SELECT ${fields} FROM ${staged} UNION ALL SELECT ${fields} FROM ${quoted(measuredTable.before(to))})`;
}

function measureSql(output: OutputModel, checks: readonly Check[], hasBefore: boolean): string {
  const table = quoted(measuredTable.staged(output.name));
  const measures = ['count(*) AS n'];
  const counted: string[] = [];
  for (const [index, check] of checks.entries()) {
    if (check.kind === 'row') measures.push(`count_if(${check.broken}) AS c${index}`);
    else if (check.kind === 'table') measures.push(`coalesce((${check.condition}\n), false) AS c${index}`);
    else
      counted.push(
        `(SELECT coalesce(sum(${BROKEN}), 0) AS c${index} FROM (${check.source}) AS q${index}) AS s${index}`,
      );
  }
  const { actualTime, slo, key, mode } = output;
  if (slo.freshness && actualTime) {
    const newest = `date_format(CAST(max(${quoted(actualTime)}) AS TIMESTAMP), '%Y-%m-%d %H:%i:%s')`;
    measures.push(`${newest} AS newest`);
    // A run may bring nothing but corrections of old facts: what was there already is as fresh as it was.
    if (hasBefore && mode !== 'replace') {
      const before = quoted(measuredTable.before(output.name));
      counted.push(`(SELECT ${newest} AS newest_before FROM ${before}) AS s_newest`);
    }
  }
  if (slo.completeness) {
    const complete = slo.completeness.fields.map((field) => `${quoted(field)} IS NOT NULL`).join(' AND ');
    measures.push(`count_if(${complete}) AS complete`);
  }
  if (slo.volume && hasBefore && mode !== 'replace') {
    const before = quoted(measuredTable.before(output.name));
    const pairs = key.map((field) => `b.${quoted(field)} = k.${quoted(field)}`).join(' AND ');
    const replaced = mode === 'upsert' ? ` WHERE NOT EXISTS (SELECT 1 FROM ${table} AS k WHERE ${pairs})` : '';
    counted.push(`(SELECT count(*) AS kept FROM ${before} AS b${replaced}) AS s_kept`);
  }
  return `SELECT * FROM (SELECT ${measures.join(', ')} FROM ${table}) AS m${counted.map((each) => ` CROSS JOIN ${each}`).join('')}`;
}

function exampleSql(output: OutputModel, check: Exclude<Check, { kind: 'table' }>): string {
  const first = (columns: readonly string[], from: string) => {
    const names = columns.map(quoted).join(', ');
    return `SELECT ${names} FROM ${from} ORDER BY ${names} LIMIT ${MOST_EXAMPLES}`;
  };
  if (check.kind === 'count') return first(check.columns, `(${check.source}) AS q`);
  const columns = [...new Set([...output.key, ...(check.field ? [check.field] : [])])];
  const shown = columns.length > 0 ? columns : output.fields.slice(0, 3).map(({ name }) => name);
  return first(shown, `${quoted(measuredTable.staged(output.name))} WHERE ${check.broken}`);
}

/** `vendor_id=v1, late_share=1.2`; findings travel further than data, so values that must not are left out. */
function describeRow(output: OutputModel, row: DataRow): string {
  return Object.entries(row)
    .map(([name, value]) => {
      const classification = output.fields.find((field) => field.name === name)?.classification;
      const hidden = classification === 'personal' || classification === 'confidential';
      return `${name}=${value === null ? 'null' : hidden ? `(${classification})` : String(value)}`;
    })
    .join(', ');
}

function sloFindings(
  product: ProductModel,
  output: OutputModel,
  measured: DataRow,
  rows: number,
  now: Date,
): Finding[] {
  const { slo } = output;
  const findings: Finding[] = [];
  const broken = (rule: string, message: string, count = 1, share = 1, field?: string) =>
    findings.push({
      severity: 'warning',
      rule,
      product: product.id,
      port: output.name,
      field,
      count,
      share,
      examples: [],
      message,
    });
  const newest = [measured.newest, measured.newest_before]
    .flatMap((time) => (time ? [String(time)] : []))
    .sort()
    .at(-1);
  if (slo.freshness && output.actualTime && newest !== undefined) {
    const age = Math.round((now.getTime() - Date.parse(`${newest.replace(' ', 'T')}Z`)) / 1000);
    if (age > slo.freshness.seconds) {
      const hours = Math.round(age / 3600);
      broken(
        'slo:freshness',
        `the newest fact is of ${newest}, ${hours} h old; promised: at most ${describeDuration(slo.freshness)}`,
        1,
        1,
        output.actualTime,
      );
    }
  }
  if (slo.completeness && rows > 0) {
    const share = Number(measured.complete) / rows;
    if (share < slo.completeness.share) {
      const message = `${(share * 100).toFixed(2)} % of rows have all of ${slo.completeness.fields.join(', ')}; promised: ${slo.completeness.share * 100} %`;
      broken('slo:completeness', message, rows - Number(measured.complete), 1 - share);
    }
  }
  const after = rows + Number(measured.kept ?? 0);
  if (slo.volume?.minRows !== undefined && after < slo.volume.minRows)
    broken('slo:volume', `${after} rows; promised: at least ${slo.volume.minRows}`);
  if (slo.volume?.maxRows !== undefined && after > slo.volume.maxRows)
    broken('slo:volume', `${after} rows; promised: at most ${slo.volume.maxRows}`);
  return findings;
}

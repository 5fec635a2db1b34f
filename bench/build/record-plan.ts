import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { bindingSelect } from '../../lib/adapters/local/bind-views.ts';
import { createLocalPorts, landingFolder } from '../../lib/adapters/local/create-local-ports.ts';
import { duckdbType } from '../../lib/adapters/local/sql/duckdb-type.ts';
import { prelude } from '../../lib/adapters/local/sql/prelude.ts';
import { sessionSettings } from '../../lib/adapters/local/sql/to-duckdb.ts';
import { createSqlChecker } from '../../lib/adapters/local/sql-checker.ts';
import { quoteName, timestampLiteral } from '../../lib/adapters/local/sql-text.ts';
import { createTranslate } from '../../lib/adapters/local/translate.ts';
import { build } from '../../lib/flow/build.ts';
import { transformPath } from '../../lib/loader/bundle-transform.ts';
import { findMeshFile } from '../../lib/loader/find-mesh.ts';
import { loadModel } from '../../lib/loader/load-model.ts';
import { loadTransform } from '../../lib/loader/load-transform.ts';
import type { ProductModel } from '../../lib/model/mesh-model.ts';
import { RECORDED_AT } from '../../lib/model/names.ts';
import type { Ports } from '../../lib/ports/ports.ts';
import type { StageRequest } from '../../lib/ports/warehouse.ts';
import { type CodePlan, OUT, type Plan, type ProductPlan, portFile } from './plan.ts';

interface Recorded {
  readonly request: StageRequest;
  readonly checks: string[];
}

/** Types that travel to TypeScript as text. */
const AS_TEXT: ReadonlySet<string> = new Set(['date', 'timestamp', 'decimal']);
const NESTED: ReadonlySet<string> = new Set(['list', 'struct', 'map', 'binary']);

/** Builds a mesh once, listening to what its flow asks of the warehouse, and writes that down as a plan. */
export async function recordPlan(given: { mesh: string; home: string; plan: string }): Promise<void> {
  const { home } = given;
  const file = findMeshFile(given.mesh);
  const checker = createSqlChecker();
  const { model, problems } = await loadModel(file, { home, sql: async () => checker });
  checker.close();
  if (problems.length > 0) throw new Error(problems.map(({ message }) => message).join('\n'));
  const landing = landingFolder(home, dirname(file), model.landing);
  const ports = createLocalPorts({ home, landing, loadTransform: (product) => loadTransform(home, product) });
  const recorded = new Map<string, Recorded>();
  const results = await build(listening(ports, recorded), model);
  ports.close();
  const context = { home, landing, translate: createTranslate() };
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  const products: ProductPlan[] = [];
  for (const product of model.products) {
    const result = results.find((each) => each.product === product.id)!;
    if (result.kind !== 'published') throw new Error(`${product.id} is ${result.kind}: ${JSON.stringify(result)}`);
    const { request, checks } = recorded.get(product.id)!;
    const inputs = [];
    for (const binding of request.bindings) {
      const input = product.inputs.find(({ name }) => name === binding.name)!;
      const select = await bindingSelect(
        context,
        connection,
        binding.kind === 'source' || input.kind === 'source'
          ? binding
          : { ...binding, snapshot: [portFile(input.product, input.port)] },
      );
      // A snapshot is a path below the home, which the placeholder is not.
      inputs.push({ name: binding.name, select: select.replaceAll(join(home, OUT), OUT) });
    }
    products.push({
      id: product.id,
      inputs,
      ...(await transformation(product, request, home, context.translate.statement)),
      checks: await Promise.all(checks.map((sql) => context.translate.statement(sql))),
      ports: product.outputs.map(({ name, fields }) => ({
        name,
        fields: fields.map((field) => ({ name: field.name, type: duckdbType(field.type) })),
        rows: result.rows[name]!,
      })),
    });
  }
  const plan: Plan = { settings: [...sessionSettings, prelude], products };
  await writeFile(given.plan, JSON.stringify(plan, null, 1));
}

function listening(ports: Ports, recorded: Map<string, Recorded>): Ports {
  const { warehouse } = ports;
  const note = (request: StageRequest) => recorded.set(request.product.id, { request, checks: [] });
  return {
    ...ports,
    warehouse: {
      ...warehouse,
      stageSql(request) {
        note(request);
        return warehouse.stageSql(request);
      },
      stageRows(request, rows) {
        note(request);
        return warehouse.stageRows(request, rows);
      },
      measure(request) {
        recorded.get(request.product.id)!.checks.push(request.sql);
        return warehouse.measure(request);
      },
    },
  };
}

async function transformation(
  { transform, outputs }: ProductModel,
  { recordedAt, bindings }: StageRequest,
  home: string,
  translate: (sql: string) => Promise<string>,
): Promise<Pick<ProductPlan, 'sql' | 'code'>> {
  if (transform.kind !== 'sql') {
    const columns: { [input: string]: string } = {};
    for (const binding of bindings) {
      const fields = binding.kind === 'port' ? binding.fields : binding.input.fields;
      const nested = [...fields, ...outputs.flatMap((output) => output.fields)].find(({ type }) =>
        NESTED.has(type.kind),
      );
      if (nested) throw new Error(`the plain script knows no nested values in code, such as \`${nested.name}\``);
      columns[binding.name] = fields
        .map(({ name, type }) =>
          AS_TEXT.has(type.kind) ? `CAST(${quoteName(name)} AS VARCHAR) AS ${quoteName(name)}` : quoteName(name),
        )
        .join(', ');
    }
    const code: CodePlan = {
      file: transformPath(join(home, 'cache'), transform.hash),
      seed: transform.seed,
      recordedAt,
      columns,
    };
    return { code };
  }
  const { steps, statements } = transform;
  const texts = [...steps, ...statements];
  return {
    sql: {
      steps: await Promise.all(
        steps.map(async ({ name, text }) => ({
          name,
          select: await translate(text),
          kind: texts.filter(({ reads }) => reads.includes(name)).length > 1 ? ('TABLE' as const) : ('VIEW' as const),
        })),
      ),
      copies: await Promise.all(
        outputs.map(async ({ name, fields }) => {
          const columns = fields.map(
            (field) => `CAST(${quoteName(field.name)} AS ${duckdbType(field.type)}) AS ${quoteName(field.name)}`,
          );
          const made = await translate(statements.find((statement) => statement.name === name)!.text);
          return {
            port: name,
            select: `SELECT ${columns.join(', ')}, ${timestampLiteral(recordedAt)} AS ${RECORDED_AT} FROM (${made}) AS made`,
          };
        }),
      ),
    },
  };
}

import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import {
  type App,
  CloudFormationValidatePlugin,
  type IPolicyValidationContext,
  type PolicyValidationPluginReport,
  type PolicyViolation,
  Validations,
} from 'aws-cdk-lib';

/**
 * CloudFormation's validation of templates, once for each shape: the templates of two products that differ in nothing
 * but their names and numbers have the same findings, and validating a thousand of them takes longer than all the rest.
 * An app that is synthesised again, with more stacks, has only its new shapes validated.
 *
 * Findings are reported by the CDK. Synthesis throws an Error when the validator itself ends before it has any.
 */
export class ShapeValidation extends CloudFormationValidatePlugin {
  /** Validates an app so, instead of each template by itself; not at all where `CDK_VALIDATION` is `false`. */
  static addTo(app: App): void {
    if (process.env.CDK_VALIDATION === 'false') return;
    Validations.of(app).addPlugins(new ShapeValidation());
  }

  private readonly seen = new Set<string>();
  private readonly violations: PolicyViolation[] = [];

  override validate(context: IPolicyValidationContext): PolicyValidationPluginReport {
    const stackTemplates = context.stackTemplates.filter(({ templatePath }) => {
      const shape = shapeOf(readFileSync(templatePath, 'utf8'));
      return this.seen.size < this.seen.add(shape).size;
    });
    if (stackTemplates.length > 0) this.violations.push(...validateApart(stackTemplates));
    const success = this.violations.every(({ severity }) => severity !== 'error' && severity !== 'fatal');
    // A copy: the CDK makes the paths in it relative and takes out what is acknowledged.
    return { success, violations: structuredClone(this.violations) };
  }
}

/**
 * Validates in a process of its own: the validator's WebAssembly holds 200 MB until its process ends. Its code runs for
 * a second or two: to optimise it takes longer than that saves, and 100 MB and more.
 */
const VALIDATE = `
require('node:v8').setFlagsFromString('--liftoff-only');
const { library, stackTemplates } = JSON.parse(require('node:fs').readFileSync(0, 'utf8'));
const { CloudFormationValidatePlugin } = require(library);
const { violations } = new CloudFormationValidatePlugin().validate({ stackTemplates, templatePaths: [] });
process.stdout.write(JSON.stringify(violations));
`;

function validateApart(stackTemplates: IPolicyValidationContext['stackTemplates']): PolicyViolation[] {
  const library = createRequire(import.meta.url).resolve('aws-cdk-lib');
  const { error, status, signal, stdout, stderr } = spawnSync(process.execPath, ['--eval', VALIDATE], {
    input: JSON.stringify({ library, stackTemplates }),
    encoding: 'utf8',
    maxBuffer: Number.POSITIVE_INFINITY,
  });
  if (error) throw error;
  if (status !== 0) throw new Error(`the validation of templates ended with ${signal ?? status}:\n${stderr}`);
  return JSON.parse(stdout) as PolicyViolation[];
}

/** Which resources a template has, with which properties and numbers; whatever they are called. */
function shapeOf(template: string): string {
  const { Resources = {} } = JSON.parse(template) as { readonly Resources?: { readonly [id: string]: object } };
  return outline(Object.values(Resources));
}

function outline(value: unknown): string {
  if (typeof value === 'string') return '';
  if (Array.isArray(value)) return `[${[...new Set(value.map(outline))].sort().join()}]`;
  if (typeof value !== 'object' || value === null) return String(value);
  const entries = Object.entries(value).map(([key, of]) => `${key}:${key === 'Type' ? of : outline(of)}`);
  return `{${entries.join()}}`;
}

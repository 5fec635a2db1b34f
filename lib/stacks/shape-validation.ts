import { readFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import {
  type App,
  CloudFormationValidatePlugin,
  type IPolicyValidationContext,
  type PolicyValidationPluginReport,
  Validations,
} from 'aws-cdk-lib';

/**
 * CloudFormation's validation of templates, once for each shape: the templates of two products that differ in nothing
 * but their names and numbers have the same findings, and validating a thousand of them takes longer than all the rest.
 */
export class ShapeValidation extends CloudFormationValidatePlugin {
  /** Validates an app so, instead of each template by itself; not at all where `CDK_VALIDATION` is `false`. */
  static addTo(app: App): void {
    if (process.env.CDK_VALIDATION === 'false') return;
    Validations.of(app).addPlugins(new ShapeValidation());
  }

  override validate(context: IPolicyValidationContext): PolicyValidationPluginReport {
    const seen = new Set<string>();
    const stackTemplates = context.stackTemplates.filter(({ templatePath }) => {
      const shape = shapeOf(readFileSync(templatePath, 'utf8'));
      return seen.size < seen.add(shape).size;
    });
    const templatePaths = stackTemplates.map(({ templatePath }) => templatePath);
    // The validator is WebAssembly that runs for a second or two: to optimise its code takes longer than that saves, and
    // 100 MB and more.
    setFlagsFromString('--liftoff-only');
    try {
      return super.validate({ ...context, stackTemplates, templatePaths });
    } finally {
      setFlagsFromString('--no-liftoff-only');
    }
  }
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

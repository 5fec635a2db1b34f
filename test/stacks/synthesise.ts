import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { App } from 'aws-cdk-lib';
import { afterAll } from 'vitest';
import { DataMesh, type DataMeshProps, DataProduct, type ReadMesh, readMesh } from '../../lib/cdk.ts';
import { buildLambdas } from '../build-lambdas.ts';

/** A resource as a template has it. */
export interface TemplateResource {
  readonly Type: string;
  readonly Properties: { readonly [name: string]: unknown };
  readonly DependsOn?: readonly string[];
  readonly DeletionPolicy?: string;
}

export interface Template {
  readonly Parameters?: { readonly [id: string]: { readonly Type: string; readonly Default?: string } };
  readonly Resources: { readonly [id: string]: TemplateResource };
  readonly Outputs?: { readonly [name: string]: object };
}

const root = fileURLToPath(new URL('../..', import.meta.url));

const scratch = mkdtempSync(join(tmpdir(), 'synthesise-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** An app that writes to a folder of its own and validates nothing: one test does. */
export function newApp(context: { readonly [name: string]: unknown } = {}): App {
  process.env.CDK_VALIDATION = 'false';
  return new App({ treeMetadata: false, outdir: mkdtempSync(join(scratch, 'app-')), context });
}

/** The reference mesh, with the bundles of functions that a deployment needs. */
export async function readOpetence(): Promise<ReadMesh> {
  await buildLambdas();
  return readMesh(join(root, 'products/mesh.ts'));
}

/** The mesh's stack and its products', as their templates, by the ids of the stacks. */
export function synthesise(read: ReadMesh, props: Partial<DataMeshProps> = {}): { [id: string]: Template } {
  const app = newApp();
  const mesh = new DataMesh(app, 'OpetenceMesh', { ...read, ...props });
  for (const product of read.products) new DataProduct(mesh, product);
  return templatesOf(app);
}

/** Every template of an app, by the id of its stack. */
export function templatesOf(app: App): { [id: string]: Template } {
  const { directory } = app.synth();
  const ending = '.template.json';
  const files = readdirSync(directory).filter((file) => file.endsWith(ending));
  return Object.fromEntries(
    files.map((file) => [file.slice(0, -ending.length), JSON.parse(readFileSync(join(directory, file), 'utf8'))]),
  );
}

/** The resources of a type, by their logical ids. */
export function ofType({ Resources }: Template, type: string): [string, TemplateResource][] {
  return Object.entries(Resources).filter(([, { Type }]) => Type === type);
}

/** A template as text for a snapshot: what changes with every build is left out. */
export function snapshotOf(template: Template): string {
  const text = JSON.stringify(template, null, 2);
  return `${text.replace(/[0-9a-f]{64}/g, '<hash>').replace(/Version[0-9a-f]{16}[0-9A-F]{8}/g, 'Version<hash>')}\n`;
}

/** The CDK app of the reference mesh, or of the one that `-c mesh=FILE` names. */
import { App } from 'aws-cdk-lib';
import { DISABLE_CREATION_STACK_TRACES } from 'aws-cdk-lib/cx-api';
import { DataMesh, DataProduct, readMesh, ShapeValidation } from '../lib/cdk.ts';
import { createPrinter } from '../lib/cli/printer.ts';
import { reportError } from '../lib/cli/report-error.ts';
import { readAppSettings } from '../lib/deploy/app-settings.ts';
import { oneOfEach } from '../lib/stacks/one-of-each.ts';
import { pascalCase } from '../lib/stacks/pascal-case.ts';

try {
  // Of no use to a deployment: the tree of constructs, and where each was made, which is always the loop below.
  const context = { [DISABLE_CREATION_STACK_TRACES]: true };
  const app = new App({ treeMetadata: false, stackTraces: false, context });
  const {
    mesh: file,
    products: ids,
    buckets,
    settleSeconds,
    ...settings
  } = readAppSettings((name) => app.node.tryGetContext(name), Object.keys(app.node.getAllContext()));
  // The validator takes seconds to begin with; whoever deploys a few products of many has no time for it, and the
  // synthesis of the whole mesh finds the same.
  if (ids) process.env.CDK_VALIDATION ??= 'false';
  ShapeValidation.addTo(app);
  const read = await readMesh(file, { products: ids });
  const mesh = ids
    ? DataMesh.fromName(app, read.model.name, { ...settings, transforms: read.transforms })
    : new DataMesh(app, pascalCase(`${read.model.name} mesh`), { ...read, ...settings });
  for (const products of oneOfEach(read.products)) {
    for (const product of products) new DataProduct(mesh, product, { bucket: buckets?.[product.id], settleSeconds });
    app.synth({ force: true });
  }
} catch (error) {
  process.exitCode = reportError(createPrinter('synth', false), error);
}

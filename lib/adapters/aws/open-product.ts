import type { DurableContext, DurableLambdaHandler } from '@aws/durable-execution-sdk-js';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { ProductModel } from '../../model/mesh-model.ts';
import type { ProductId } from '../../model/names.ts';
import type { Ports } from '../../ports/ports.ts';
import { CLIENT } from './client-options.ts';
import { createRunPorts } from './create-run-ports.ts';
import { readVariables } from './read-variables.ts';
import { runBinding } from './run.binding.ts';
import { createStore } from './store.aws.ts';
import { storeBinding } from './store.binding.ts';
import { countingInvocations } from './usage.aws.ts';

/** The one product that a `run` function runs. */
export interface OpenedProduct {
  readonly manifest: ProductModel;
  readonly ports: Ports;
}

/** Opens the product that the function's environment names, for one durable execution. */
export async function openProduct(context: DurableContext): Promise<OpenedProduct> {
  const s3 = new S3Client(CLIENT);
  manifest ??= readManifest(s3).catch((error: unknown) => {
    manifest = undefined;
    throw error;
  });
  const product = await manifest;
  return { manifest: product, ports: createRunPorts(context, s3, product) };
}

/** Read once: it stands in the function's environment, so another one is another function. */
let manifest: Promise<ProductModel> | undefined;

/** Without the schema's check, which the registrar made: its parser would be most of the function. */
async function readManifest(s3: S3Client): Promise<ProductModel> {
  const { hostname, pathname } = new URL(readVariables(runBinding).manifest);
  const object = await s3.send(new GetObjectCommand({ Bucket: hostname, Key: pathname.slice(1) }));
  return JSON.parse(await object.Body!.transformToString()) as ProductModel;
}

/**
 * Drops come in swarms, each with an event of its own: whoever is woken by one waits a little, so that one run reads
 * them all.
 */
export async function settle(event: unknown, context: DurableContext): Promise<void> {
  const seconds = Number(readVariables(runBinding).settleSeconds);
  if (seconds > 0 && (event as { readonly source?: string } | null)?.source === 'aws.s3') {
    await context.wait('settle', { seconds });
  }
}

/** Counts what each invocation uses, for the product's costs. */
export function counted(handler: DurableLambdaHandler): DurableLambdaHandler {
  const { table } = readVariables(storeBinding);
  const store = createStore({ client: new DynamoDBClient(CLIENT), table });
  const product = readVariables(runBinding).product as ProductId;
  const memoryMb = Number(process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE ?? 0);
  return countingInvocations({ store, product, memoryMb }, handler);
}

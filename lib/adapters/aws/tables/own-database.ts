import { CreateDatabaseCommand, type Database, DeleteDatabaseCommand, GetDatabaseCommand } from '@aws-sdk/client-glue';
import { GrantPermissionsCommand, type Permission, type Resource } from '@aws-sdk/client-lakeformation';
import { MeshError } from '../../../model/mesh-error.ts';
import type { ProductModel } from '../../../model/mesh-model.ts';
import { BUCKET_LAYOUT } from '../aws.binding.ts';
import { isNamed, retryConcurrent } from '../lake-formation-retry.ts';
import { DATABASE_MARKERS, type TablesContext, type TablesPlace } from './tables-context.ts';

/**
 * The product's database as it is, or undefined.
 *
 * @throws MeshError when one of that name belongs to somebody else.
 */
export async function findDatabase(
  { glue, mesh }: TablesContext,
  product: ProductModel,
): Promise<Database | undefined> {
  const found = await glue.send(new GetDatabaseCommand({ Name: product.database })).catch((thrown: unknown) => {
    if (isNamed(thrown, 'EntityNotFoundException')) return undefined;
    throw thrown;
  });
  const database = found?.Database;
  if (!database || isOwn(database, mesh, product)) return database;
  const { [DATABASE_MARKERS.mesh]: otherMesh, [DATABASE_MARKERS.product]: other } = database.Parameters ?? {};
  const whose = other ? `belongs to ${other} of the mesh \`${otherMesh}\`` : 'was not made by this mesh';
  throw new MeshError({
    code: 'foreign-database',
    kind: 'conflict',
    message: `the database \`${product.database}\` exists and ${whose}`,
    fix: 'rename the product, or remove the database when nobody needs it',
    where: { product: product.id },
  });
}

function isOwn({ Parameters = {} }: Database, mesh: string, product: ProductModel): boolean {
  return Parameters[DATABASE_MARKERS.mesh] === mesh && Parameters[DATABASE_MARKERS.product] === product.id;
}

/** Makes the database, closed to everybody who has no grant; says whether it was not there. */
export async function createDatabase({ glue, mesh }: TablesContext, product: ProductModel): Promise<boolean> {
  try {
    await glue.send(
      new CreateDatabaseCommand({
        DatabaseInput: {
          Name: product.database,
          Description: product.purpose.slice(0, 2_048),
          Parameters: { [DATABASE_MARKERS.mesh]: mesh, [DATABASE_MARKERS.product]: product.id },
          // Else every table would be open to whoever IAM lets use Glue.
          CreateTableDefaultPermissions: [],
        },
      }),
    );
    return true;
  } catch (thrown) {
    if (isNamed(thrown, 'AlreadyExistsException')) return false;
    throw thrown;
  }
}

export async function deleteDatabase({ glue }: TablesContext, product: ProductModel): Promise<void> {
  await glue.send(new DeleteDatabaseCommand({ Name: product.database })).catch((thrown: unknown) => {
    if (!isNamed(thrown, 'EntityNotFoundException')) throw thrown;
  });
}

/** Lets the registrar use the product's location; being an admin does not. */
export function allowLocation(context: TablesContext, { bucket }: TablesPlace): Promise<void> {
  const ResourceArn = `arn:aws:s3:::${bucket}/${BUCKET_LAYOUT.data}`.replace(/\/$/, '');
  return allow(context, { DataLocation: { ResourceArn } }, ['DATA_LOCATION_ACCESS']);
}

/** Lets the registrar change and drop what is in the database, whichever registrar made it. */
export async function allowDatabase(context: TablesContext, { database }: ProductModel): Promise<void> {
  await allow(context, { Database: { Name: database } }, ['ALTER', 'CREATE_TABLE', 'DESCRIBE', 'DROP']);
  await allow(context, { Table: { DatabaseName: database, TableWildcard: {} } }, [
    'ALTER',
    'DELETE',
    'DESCRIBE',
    'DROP',
  ]);
}

async function allow(context: TablesContext, resource: Resource, permissions: Permission[]): Promise<void> {
  const Principal = { DataLakePrincipalIdentifier: context.registrarRoleArn };
  const request = { Principal, Resource: resource, Permissions: permissions };
  await retryConcurrent(() => context.lakeFormation.send(new GrantPermissionsCommand(request)));
}

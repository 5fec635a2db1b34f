/**
 * A binding says, beside the adapter that makes the calls, which environment variables and which IAM actions it needs:
 * the stack builds the function and its role from it, the adapter reads its environment through it, so a call, its
 * variable and its permission change in one place.
 */
export interface AwsBinding<Variable extends string, Resource extends string> {
  /** Environment variables, by the name that the adapter knows each by. */
  readonly variables: { readonly [name in Variable]: string };
  /** What the function's role may do, with the ARNs of its resources. */
  permissions(resources: { readonly [name in Resource]: string }): readonly AwsPermission[];
}

/** One statement of a role's policy that allows something. */
export interface AwsPermission {
  /** Never with a wildcard. */
  readonly actions: readonly [string, ...string[]];
  readonly resources: readonly [string, ...string[]];
  /** As IAM writes them: `{ StringEquals: { 's3:prefix': 'data/' } }`. */
  readonly conditions?: { readonly [operator: string]: { readonly [key: string]: unknown } };
  /** Why a resource is `*`: AWS has no narrower form. Required then. */
  readonly why?: string;
}

/** What a mesh keeps under `/<mesh>/…` in the parameter store, for stacks that know only its name. */
const MESH_PARAMETERS = {
  table: 'table',
  tableArn: 'table-arn',
  busArn: 'bus-arn',
  registrarArn: 'registrar-arn',
  topicArn: 'topic-arn',
} as const;

export type MeshParameter = keyof typeof MESH_PARAMETERS;

/** The parameter's name: `/opetence/table`. */
export function meshParameter(mesh: string, parameter: MeshParameter): string {
  return `/${mesh}/${MESH_PARAMETERS[parameter]}`;
}

/** The mesh's event bus, by its name. */
export const busName = (mesh: string) => mesh;
/** Where events of a mesh say they come from. */
export const eventSource = (mesh: string) => `mesh.${mesh}`;

/** Where things are in a product's bucket. Only `data` is under Lake Formation. */
export const BUCKET_LAYOUT = {
  /** What operational systems drop; each source's `path` stands below. */
  landing: 'landing/',
  /** One folder for each Iceberg table. */
  data: 'data/',
  /** What a run works on: `staging/<runId>/…`; expires by itself. */
  staging: 'staging/',
  /** What failed verification: `quarantine/<publicationId>/<port>/`. */
  quarantine: 'quarantine/',
  /** Steps' results that are too large for the journal: `journal/<runId>/…`; expires by itself. */
  journal: 'journal/',
  /** Athena's results of runs; expires by itself. */
  results: 'results/',
} as const;

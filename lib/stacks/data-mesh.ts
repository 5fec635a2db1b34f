import { CfnOutput, Stack, Tags } from 'aws-cdk-lib';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { CfnParameter } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import { type MeshParameter, meshParameter } from '../adapters/aws/aws.binding.ts';
import { MeshError } from '../model/mesh-error.ts';
import type { MeshModel } from '../model/mesh-model.ts';
import { AuditTrail } from './audit-trail.ts';
import { CostCollector } from './cost-collector.ts';
import { DomainBudgets } from './domain-budgets.ts';
import { LakeSettings } from './lake-settings.ts';
import { MeshBus } from './mesh-bus.ts';
import { environmentOf } from './mesh-environment.ts';
import type { IDataMesh, Transforms } from './mesh-reference.ts';
import { MeshTable } from './mesh-table.ts';
import { pascalCase } from './pascal-case.ts';
import { Personas } from './personas.ts';
import { privateBucket } from './private-bucket.ts';
import { Registrar } from './registrar.ts';
import { DEFAULT_REMOVAL, type Removal } from './removal.ts';

/** How a mesh is deployed. */
export interface DataMeshProps {
  /** The resolved mesh: what `readMesh` gives. */
  readonly model: MeshModel;
  /**
   * Bundled code of its products: what `readMesh` gives.
   * @default none: every product is made by SQL
   */
  readonly transforms?: Transforms;
  /**
   * One of the mesh's environments: says the account and the region, and tags everything.
   * @default 'dev'
   */
  readonly environment?: string;
  /**
   * Where it goes.
   * @default the environment's account, or else that of the credentials that deploy
   */
  readonly account?: string;
  /** @default the environment's region, or else that of the credentials that deploy */
  readonly region?: string;
  /**
   * Mail addresses that are told of failed runs, quarantined results and budgets.
   * @default none
   */
  readonly notifications?: readonly string[];
  /**
   * Dollars a month by domain.
   * @default none
   */
  readonly budgets?: { readonly [domain: string]: number };
  /**
   * What becomes of data when a stack is destroyed.
   * @default 'retain'
   */
  readonly removal?: Removal;
  /**
   * ARNs of those who may act as a team, as `platform` or as `governance`, by that name.
   * @default whoever of the account carries the tag `<mesh>-team` with that name
   */
  readonly principals?: { readonly [persona: string]: readonly string[] };
  /**
   * ARNs of more admins of the lake: roles that deploy products from apps with another bootstrap.
   * @default none
   */
  readonly admins?: readonly string[];
  /**
   * A team's query that scans more than these bytes is cancelled.
   * @default 107374182400 (100 GiB)
   */
  readonly teamScanLimitBytes?: number;
  /**
   * Whether the mesh has a trail of its own. The first copy of an account's management events is free: say false where
   * the organisation has one already.
   * @default true
   */
  readonly auditTrail?: boolean;
}

/** What a mesh is deployed with unless it says otherwise. */
export const MESH_DEFAULTS = {
  environment: 'dev',
  removal: DEFAULT_REMOVAL,
  teamScanLimitBytes: 100 * 1024 ** 3,
  auditTrail: true,
} as const satisfies Partial<DataMeshProps>;

/** A mesh in another stack, or in another app, that is known by its name. */
export interface DataMeshReference {
  /**
   * The environment that tags what is deployed.
   * @default 'dev'
   */
  readonly environment?: string;
  /** @default that of the credentials that deploy */
  readonly account?: string;
  /** @default that of the credentials that deploy */
  readonly region?: string;
  /**
   * What becomes of data when a product's stack is destroyed.
   * @default 'retain'
   */
  readonly removal?: Removal;
  /**
   * Bundled code of the products that are deployed: what `readMesh` gives.
   * @default none: every product is made by SQL
   */
  readonly transforms?: Transforms;
}

/**
 * The mesh stack: what all products of a mesh have in common, and the foundation of its account.
 *
 * @throws MeshError for a name that AWS keeps to itself, for an environment or a budget's domain that the mesh has not, for
 * a budget that is no sum, and when neither the synthesizer nor `admins` says who deploys.
 *
 * @example
 * ```ts
 * import { App } from 'aws-cdk-lib';
 * import { DataMesh, DataProduct, readMesh } from 'cdk-data-mesh/cdk';
 *
 * const mesh = new DataMesh(new App(), 'Opetence', { ...(await readMesh('products/mesh.ts')), environment: 'dev' });
 * for (const product of mesh.model.products) new DataProduct(mesh, product);
 * ```
 */
export class DataMesh extends Stack implements IDataMesh {
  /**
   * The mesh of that name, deployed by whomever: its stack is not looked at before the deployment, which fails, naming
   * the parameter `/<name>/…`, when there is no such mesh in that account and region.
   */
  static fromName(scope: Construct, name: string, reference: DataMeshReference = {}): IDataMesh {
    const { account, region } = reference;
    const id = pascalCase(`${name} reference ${account ?? ''} ${region ?? ''}`);
    return Object.assign(new Construct(scope, id), {
      meshName: name,
      environmentName: reference.environment ?? MESH_DEFAULTS.environment,
      account,
      region,
      removal: reference.removal ?? MESH_DEFAULTS.removal,
      transforms: reference.transforms ?? {},
    });
  }

  readonly model: MeshModel;
  readonly meshName: string;
  readonly environmentName: string;
  readonly removal: Removal;
  readonly transforms: Transforms;
  /** The ARN of the role that each team acts as. */
  readonly teamRoles: { readonly [team: string]: string };
  /** For the pages of the portal: private. */
  readonly portalBucket: Bucket;

  constructor(scope: Construct, id: string, props: DataMeshProps) {
    const { model } = props;
    checkName(model.name);
    const environment = props.environment ?? MESH_DEFAULTS.environment;
    super(scope, id, {
      stackName: meshStackName(model.name),
      description: `The mesh ${model.name} (${environment})`,
      env: { ...environmentOf(model, environment, props) },
    });
    const removal = props.removal ?? MESH_DEFAULTS.removal;
    this.model = model;
    this.meshName = model.name;
    this.environmentName = environment;
    this.removal = removal;
    this.transforms = props.transforms ?? {};
    const { table } = new MeshTable(this, 'Store', { removal });
    const { bus, topicArn } = new MeshBus(this, 'Events', {
      mesh: model.name,
      notifications: props.notifications ?? [],
    });
    const bucket = privateBucket(this, 'Results', { removal, expireAfterDays: 30 });
    this.portalBucket = privateBucket(this, 'Portal', { removal });
    const audit =
      (props.auditTrail ?? MESH_DEFAULTS.auditTrail)
        ? new AuditTrail(this, 'Audit', { mesh: model.name, removal })
        : undefined;
    const store = { name: table.ref, arn: table.attrArn };
    const registrar = new Registrar(this, 'Registrar', {
      mesh: model.name,
      table: store,
      bus: { name: bus.ref, arn: bus.attrArn },
    });
    const registrarArn = registrar.function.attrArn;
    const { teamRoles } = new Personas(this, 'Personas', {
      model,
      principals: props.principals ?? {},
      bucket,
      auditBucket: audit?.bucket,
      tableArn: table.attrArn,
      registrarArn,
      scanLimitBytes: props.teamScanLimitBytes ?? MESH_DEFAULTS.teamScanLimitBytes,
    });
    this.teamRoles = teamRoles;
    for (const [team, value] of Object.entries(teamRoles)) {
      const key = `Team${pascalCase(team)}`;
      new CfnOutput(this, `${key}Role`, { key, description: `The role that the team ${team} acts as`, value });
    }
    const settings = new LakeSettings(this, 'Lake', {
      mesh: model.name,
      registrarArn,
      registrarRoleArn: registrar.role.attrArn,
      admins: props.admins ?? [],
      teamRoles,
    });
    new CostCollector(this, 'Costs', { mesh: model.name, table: store });
    new DomainBudgets(this, 'Budgets', { model, budgets: props.budgets ?? {}, topicArn });
    this.keepParameters({
      table: table.ref,
      tableArn: table.attrArn,
      busArn: bus.attrArn,
      registrarArn,
      topicArn,
    }).forEach((parameter) => {
      // Who finds the mesh finds it ready.
      parameter.node.addDependency(settings);
    });
    Tags.of(this).add('mesh', model.name);
    Tags.of(this).add('environment', environment);
  }

  private keepParameters(values: { readonly [name in MeshParameter]: string }): CfnParameter[] {
    return (Object.entries(values) as [MeshParameter, string][]).map(
      ([name, value]) =>
        new CfnParameter(this, `${pascalCase(meshParameter('', name))}Parameter`, {
          type: 'String',
          name: meshParameter(this.meshName, name),
          value,
          description: `Of the mesh ${this.meshName}, for its products' stacks`,
        }),
    );
  }
}

/** The stack of the mesh itself. */
function meshStackName(mesh: string): string {
  return `${mesh}-mesh`;
}

/** The parameter store and EventBridge have names of their own. */
function checkName(mesh: string): void {
  if (mesh !== 'default' && !/^(aws|ssm)/.test(mesh)) return;
  throw new MeshError({
    code: 'reserved-name',
    message: `\`${mesh}\` can't be the name of a mesh on AWS, which keeps \`default\` and what begins with \`aws\` or \`ssm\` to itself`,
    fix: 'rename the mesh',
  });
}

import { CfnWorkGroup } from 'aws-cdk-lib/aws-athena';
import { Construct } from 'constructs';

export interface AthenaWorkgroupProps {
  readonly name: string;
  readonly description: string;
  /** A query that scans more is cancelled. */
  readonly scanLimitBytes: number;
  /** `s3://bucket/results/`. */
  readonly results: string;
  /**
   * Whether its callers may say where results go. Without that, Athena refuses a `CREATE TABLE AS` that names its place.
   * The limit holds all the same.
   * @default false
   */
  readonly callersChoosePlaces?: boolean;
}

/** Where queries are counted and limited. */
export class AthenaWorkgroup extends Construct {
  readonly workgroup: CfnWorkGroup;

  constructor(scope: Construct, id: string, props: AthenaWorkgroupProps) {
    super(scope, id);
    const { name, description, scanLimitBytes, results, callersChoosePlaces = false } = props;
    this.workgroup = new CfnWorkGroup(this, 'Workgroup', {
      name,
      description,
      // Else a workgroup that ever ran a query can't be deleted.
      recursiveDeleteOption: true,
      workGroupConfiguration: {
        enforceWorkGroupConfiguration: !callersChoosePlaces,
        engineVersion: { selectedEngineVersion: 'Athena engine version 3' },
        publishCloudWatchMetricsEnabled: true,
        bytesScannedCutoffPerQuery: scanLimitBytes,
        resultConfiguration: {
          outputLocation: results,
          encryptionConfiguration: { encryptionOption: 'SSE_S3' },
        },
      },
    });
  }
}

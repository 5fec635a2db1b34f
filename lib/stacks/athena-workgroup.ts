import { CfnWorkGroup } from 'aws-cdk-lib/aws-athena';
import { Construct } from 'constructs';

export interface AthenaWorkgroupProps {
  readonly name: string;
  readonly description: string;
  /** A query that scans more is cancelled. */
  readonly scanLimitBytes: number;
  /** `s3://bucket/results/`. */
  readonly results: string;
}

/** Where queries are counted and limited; callers can't choose other results' places or limits. */
export class AthenaWorkgroup extends Construct {
  readonly workgroup: CfnWorkGroup;

  constructor(scope: Construct, id: string, { name, description, scanLimitBytes, results }: AthenaWorkgroupProps) {
    super(scope, id);
    this.workgroup = new CfnWorkGroup(this, 'Workgroup', {
      name,
      description,
      // Else a workgroup that ever ran a query can't be deleted.
      recursiveDeleteOption: true,
      workGroupConfiguration: {
        enforceWorkGroupConfiguration: true,
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

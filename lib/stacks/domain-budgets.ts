import { CfnBudget } from 'aws-cdk-lib/aws-budgets';
import { Construct } from 'constructs';
import { MeshError } from '../model/mesh-error.ts';
import type { MeshModel } from '../model/mesh-model.ts';
import { pascalCase } from './pascal-case.ts';

export interface DomainBudgetsProps {
  readonly model: MeshModel;
  /** Dollars a month, by domain. */
  readonly budgets: { readonly [domain: string]: number };
  readonly topicArn: string;
}

/** A budget for each domain that has one: the topic is told when it is used up, or is about to be. */
export class DomainBudgets extends Construct {
  constructor(scope: Construct, id: string, { model, budgets, topicArn }: DomainBudgetsProps) {
    super(scope, id);
    const domains = model.domains.map(({ name }) => name);
    for (const [domain, dollars] of Object.entries(budgets)) {
      check(domain, dollars, domains);
      new CfnBudget(this, pascalCase(domain), {
        budget: {
          budgetName: `${model.name}-${domain}`,
          budgetType: 'COST',
          timeUnit: 'MONTHLY',
          budgetLimit: { amount: dollars, unit: 'USD' },
          metrics: ['UnblendedCost'],
          // By cost allocation tags, which somebody has to activate in the billing console once.
          filterExpression: { and: [tag('mesh', model.name), tag('domain', domain)] },
        },
        notificationsWithSubscribers: [notify('FORECASTED', 100, topicArn), notify('ACTUAL', 80, topicArn)],
      });
    }
  }
}

function tag(key: string, value: string) {
  return { tags: { key, values: [value], matchOptions: ['EQUALS'] } };
}

function notify(notificationType: 'ACTUAL' | 'FORECASTED', threshold: number, topicArn: string) {
  return {
    notification: { notificationType, comparisonOperator: 'GREATER_THAN', threshold, thresholdType: 'PERCENTAGE' },
    subscribers: [{ subscriptionType: 'SNS', address: topicArn }],
  };
}

function check(domain: string, dollars: number, domains: readonly string[]): void {
  if (!domains.includes(domain)) {
    throw new MeshError({
      code: 'unknown-domain',
      message: `there is a budget for \`${domain}\`, which is no domain of the mesh`,
      fix: `name one of ${domains.map((name) => `\`${name}\``).join(', ')}`,
    });
  }
  if (Number.isFinite(dollars) && dollars > 0) return;
  throw new MeshError({
    code: 'invalid-budget',
    message: `the budget of \`${domain}\` is \`${dollars}\``,
    fix: 'write dollars a month, more than 0',
  });
}

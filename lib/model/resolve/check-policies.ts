import type { Classification } from '../field.ts';
import { listNames } from '../list-names.ts';
import type { LoadedProduct } from './loaded-mesh.ts';
import type { ProblemList } from './problem-list.ts';

const ORDER: readonly Classification[] = ['public', 'internal', 'confidential', 'personal'];

/** Holds a product to the rules its own domain set for it. */
export function checkPolicies({ id, declaration }: LoadedProduct, problems: ProblemList): void {
  for (const policy of declaration.policies ?? []) {
    for (const [port, output] of Object.entries(declaration.outputs)) {
      if (policy.kind === 'max-classification') {
        for (const [field, { spec }] of Object.entries(output.fields)) {
          if (ORDER.indexOf(spec.classification) <= ORDER.indexOf(policy.classification)) continue;
          const message = `is ${spec.classification}; the local policy allows at most ${policy.classification}`;
          problems.add('policy', { product: id, port, field }, message, 'leave the field out, or change the policy');
        }
      } else {
        for (const { to } of output.grants ?? []) {
          if (policy.teams.includes(to)) continue;
          const message = `grants to \`${to}\`; the local policy allows ${listNames(policy.teams)}`;
          problems.add('policy', { product: id, port }, message, 'remove the grant, or change the policy');
        }
      }
    }
  }
}

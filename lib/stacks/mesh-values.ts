import { CfnParameter, type Stack } from 'aws-cdk-lib';
import { type MeshParameter, meshParameter } from '../adapters/aws/aws.binding.ts';

/**
 * What a stack knows of its mesh when it is deployed: parameters of the template that CloudFormation fills from the
 * parameter store. Where a mesh of that name is not deployed, the deployment fails and names the parameter.
 */
export class MeshValues {
  readonly #stack: Stack;
  readonly #mesh: string;
  readonly #found = new Map<MeshParameter, string>();

  constructor(stack: Stack, mesh: string) {
    this.#stack = stack;
    this.#mesh = mesh;
  }

  get(name: MeshParameter): string {
    const found = this.#found.get(name);
    if (found !== undefined) return found;
    const parameter = new CfnParameter(this.#stack, `Mesh${name[0]!.toUpperCase()}${name.slice(1)}`, {
      type: 'AWS::SSM::Parameter::Value<String>',
      default: meshParameter(this.#mesh, name),
      description: `Of the mesh ${this.#mesh}, which has to be deployed before`,
    });
    this.#found.set(name, parameter.valueAsString);
    return parameter.valueAsString;
  }
}

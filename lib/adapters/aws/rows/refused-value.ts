import { describeType, type FieldType } from '../../../model/field-type.ts';
import { MeshError } from '../../../model/mesh-error.ts';
import type { FieldModel, SourceInputModel } from '../../../model/mesh-model.ts';

/** The most characters of a refused value that its error shows. */
const LONGEST_SHOWN = 200;

/** A value of a drop that is not what its source declares. */
export class RefusedValue extends Error {
  readonly shown: string;
  readonly type: FieldType;

  constructor(shown: string, type: FieldType) {
    super(`not of type ${describeType(type)}`);
    this.name = 'RefusedValue';
    this.shown = shown.slice(0, LONGEST_SHOWN);
    this.type = type;
  }
}

/** Says of a refused value where it stands; personal and confidential ones are not shown, for errors travel further. */
export function refusedField(
  { shown, type }: RefusedValue,
  field: FieldModel,
  file: string,
  line: number | undefined,
): MeshError {
  return new MeshError({
    code: 'malformed-drop',
    message: `${isHidden(field) ? `a ${field.classification} value` : `\`${shown}\``} is not of type ${describeType(type)}`,
    where: { field: field.name, file, line },
    fix: 'mend that record, or declare the field as it is',
  });
}

/** A record that can't be read; `withoutData` is what is said instead where its values must not be shown. */
export function malformedRecord(
  input: SourceInputModel,
  file: string,
  line: number | undefined,
  message: string,
  withoutData = message,
): MeshError {
  return new MeshError({
    code: 'malformed-drop',
    message: input.fields.some(isHidden) ? withoutData : message,
    where: { file, line },
    fix: 'mend that record, or remove the drop; what was published before stays in place',
  });
}

function isHidden({ classification }: FieldModel): boolean {
  return classification === 'personal' || classification === 'confidential';
}

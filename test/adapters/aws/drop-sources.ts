import { type Field, field } from '../../../lib/model/field.ts';
import type { FieldModel, SourceInputModel } from '../../../lib/model/mesh-model.ts';

/** Fields of a source from their declarations' texts, as the cases of bad input write them. */
export function fieldsOf(fields: { readonly [name: string]: string }): FieldModel[] {
  return Object.entries(fields).map(([name, text]) => {
    const declared = new Function('field', `return ${text}`)(field) as Field;
    return { name, ...declared.spec } as FieldModel;
  });
}

/** A source that reads these fields. */
export function sourceOf(
  format: SourceInputModel['format'],
  fields: readonly FieldModel[],
  options = '',
): SourceInputModel {
  const more = new Function(`return ({ ${options} })`)() as Partial<SourceInputModel>;
  const defaults = { delimiter: ',', header: true, encoding: 'utf-8', read: 'all' } as const;
  return {
    kind: 'source',
    name: 'drops',
    description: '',
    path: '',
    format,
    fields,
    ...defaults,
    ...more,
  } as SourceInputModel;
}

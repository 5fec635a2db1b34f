import { defineDomain, defineMesh } from 'cdk-data-mesh';
import { Airport, City } from './entities.ts';

const domain = (name: string, description: string) =>
  defineDomain({ name, team: name, contact: `${name}@flights.example`, description });

export default defineMesh({
  name: 'flights',
  description: 'Three million flights in the United States in the first half of 2001, and what they depend on.',
  domains: [
    domain('operations', 'What flew, and how late.'),
    domain('geography', 'Where things are.'),
    domain('climate', 'What weather a season usually brings.'),
  ],
  teams: [{ name: 'analysts', description: 'Answer questions across domains.' }],
  entities: [Airport, City],
  // The drops are the files of the package `vega-datasets`, as they come.
  landing: '../../node_modules/vega-datasets/data',
});

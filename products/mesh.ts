import { defineDomain, defineMesh } from 'cdk-data-mesh';
import { Campaign, Customer, Item, Microzone, Order, Shipment, User, Vendor } from './entities.ts';

const domain = (name: string, description: string) =>
  defineDomain({ name, team: name, contact: `${name}@opetence.example`, description });

export default defineMesh({
  name: 'opetence',
  description: 'Opetence Inc. brings what local shops sell to the door, in twelve cities of six countries.',
  domains: [
    domain('ecommerce', 'Shops, what they sell, and what people do on our pages.'),
    domain('orders', 'What was bought.'),
    domain('logistics', 'How it got to the door.'),
    domain('users', 'Who our users are, how they behave, and who may leave.'),
    domain('marketing', 'How people hear of us, and what that is worth.'),
    domain('finances', 'What was paid, what is owed, what we earn.'),
  ],
  teams: [
    { name: 'governance', description: 'Sets the rules of the whole mesh.' },
    { name: 'analysts', description: 'Answer questions across domains.' },
  ],
  entities: [User, Customer, Vendor, Item, Order, Shipment, Campaign, Microzone],
  seed: 'seed',
});

import { TextValue } from '../../platform/fields/view-fields';
import { ContactView } from '../contacts/contact.view';

/** A contact as it takes part in a project. */
export class ProjectContactView extends ContactView {
  @TextValue('Decides', { description: 'What the contact does in the project.' })
  role!: string;
}

import { TextValue } from '../../platform/fields/view-fields';
import { ContactView } from '../contacts/contact.view';

/** A contact of a project, with its role. */
export class ProjectContactView extends ContactView {
  @TextValue('Decides', { description: 'What the contact does in the project.' })
  role!: string;
}

import { Entity } from 'typeorm';
import type { Violation } from '../../kernel/domain-error';
import { detailsOfParts } from '../../kernel/domain-error';
import { exampleIds } from '../../platform/fields/view-fields';
import { EnumField, ExternalIdField, ReferenceField, TimeField } from '../../platform/records/field-kinds';
import { AuthorField } from '../../platform/records/own-field-kinds';
import { RecordRow } from '../../platform/records/record-row';
import { activitiesErrors } from './activities.errors';
import { type ActivityMetadata, type ActivityType, activityTypes, metadataFaults } from './activity-metadata';
import { MetadataField } from './metadata-field';

const { entity_required, external_id_taken, invalid_metadata, invalid_request, invalid_type } = activitiesErrors;

/** Something that happened with a contact, a company or a project. */
@Entity('activities')
export class Activity extends RecordRow {
  @AuthorField({ name: 'created_by_name' })
  override created_by!: string | null;

  @ExternalIdField({ error: external_id_taken })
  external_id!: string | null;

  @EnumField({
    members: activityTypes,
    definition: invalid_type,
    isFixed: true,
    description: 'What it was; cannot be changed.',
    example: 'call',
  })
  activity_type!: ActivityType;

  @ReferenceField({
    to: 'contact',
    name: 'contact_name',
    error: invalid_request,
    description: 'The contact it happened with; null: none.',
    example: exampleIds.contact,
    inputExample: exampleIds.contact,
    createRules: [
      {
        name: 'hasLink',
        holds: (_, input) => !hasNoLink(input),
        message: 'or company_id or project_id is required',
        asksAbsent: true,
        definition: entity_required,
      },
    ],
    updateRaises: [entity_required],
  })
  contact_id!: string | null;

  @ReferenceField({
    to: 'company',
    name: 'company_name',
    error: invalid_request,
    description: 'The company it happened with; null: none.',
    example: exampleIds.company,
  })
  company_id!: string | null;

  @ReferenceField({
    to: 'project',
    name: 'project_name',
    error: invalid_request,
    description: 'The project it belongs to; null: none.',
    example: null,
  })
  project_id!: string | null;

  @TimeField({
    description: 'When it happened.',
    createDescription: 'When it happened; left out: now.',
    example: '2026-01-31T09:30:00Z',
  })
  occurred_at!: Date;

  @MetadataField()
  metadata!: ActivityMetadata;
}

/** The second row is that of bodies: links by external ids. */
const links = [
  ...['contact_id', 'company_id', 'project_id'],
  ...['contact_external_id', 'company_external_id', 'project_external_id'],
] as const;

/** Whether the activity, or the body of one, links to no record; at least one link is required. */
export function hasNoLink(activity: Readonly<Record<string, unknown>>): boolean {
  return links.every((link) => activity[link] === null || activity[link] === undefined);
}

/** A PATCH must leave a link. */
export function linkViolations(activity: Activity): Violation[] {
  if (!hasNoLink({ ...activity })) return [];
  const message = 'contact_id or company_id or project_id is required';
  return [{ definition: entity_required, field: 'contact_id', message }];
}

/** Metadata of a PATCH are validated by the type of the record. */
export function metadataViolations({ activity_type }: Activity, { metadata }: Partial<Activity>): Violation[] {
  const faults = metadata === undefined ? [] : metadataFaults(activity_type, metadata);
  return detailsOfParts('metadata', faults).map((fault) => ({ ...fault, definition: invalid_metadata }));
}

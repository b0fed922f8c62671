import { defaultReadingOptions, type ReadingOptions } from './reading-options';

/** What the tags of a row do to those of a record that is updated. */
export const tagsModes = ['add', 'replace'] as const;
export type TagsMode = (typeof tagsModes)[number];

/** A value in the form of the API. */
export type DefaultValue = string | number | boolean | readonly string[];

/** The options of a confirmation, without those that have columns of their own. */
export interface ImportOptions extends ReadingOptions {
  readonly defaults: Readonly<Record<string, DefaultValue>>;
  readonly tags_mode: TagsMode;
  readonly create_custom_fields: boolean;
  /** The headers that the mapping sends nowhere. With `create_custom_fields` that differs from leaving them out. */
  readonly ignored_headers: readonly string[];
  /** The defaults in the words of the request, which `again` repeats. */
  readonly sent_defaults: Readonly<Record<string, DefaultValue>>;
}

export const defaultOptions: ImportOptions = {
  ...defaultReadingOptions,
  defaults: {},
  tags_mode: 'add',
  create_custom_fields: false,
  ignored_headers: [],
  sent_defaults: {},
};

/** Release 0.1.0 confirms imports in this way. */
export const previousOptions: ImportOptions = {
  ...defaultOptions,
  tags_mode: 'replace',
  on_invalid_cell: 'refuse_row',
  when_name_missing: 'refuse',
};

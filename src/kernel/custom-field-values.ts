/** Values of custom fields on a record, by the ids of their definitions. */
export type CustomFieldValues = Readonly<Record<string, string | number | boolean>>;

import type { OpenAPIObject } from '@nestjs/swagger';

type Components = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** The document without the components to which nothing in it refers. */
export function withUsedComponents(document: OpenAPIObject): OpenAPIObject {
  const { components, ...rest } = document;
  const all = components as unknown as Components;
  const used = new Set<string>();

  const follow = (node: unknown): void => {
    if (typeof node === 'string' && node.startsWith('#/components/') && !used.has(node)) {
      used.add(node);
      const [kind, name] = node.split('/').slice(2) as [string, string];
      follow(all[kind]![name]);
    } else if (typeof node === 'object' && node !== null) {
      for (const value of Object.values(node)) follow(value);
    }
  };
  follow(rest);

  // Schemes of security are named, not referred to.
  const kept = Object.entries(all).map(([kind, byName]) => {
    const entries = Object.entries(byName).filter(([name]) => used.has(`#/components/${kind}/${name}`));
    return [kind, kind === 'securitySchemes' ? byName : Object.fromEntries(entries)];
  });
  return { ...document, components: Object.fromEntries(kept) as OpenAPIObject['components'] };
}

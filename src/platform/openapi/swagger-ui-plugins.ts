type Node = Readonly<Record<string, unknown>>;

/**
 * A plugin of Swagger UI that follows the references of a call when it is opened. All of ours lead into the same document
 * and none leads back to where it came from, so this is a walk; its own resolver prepares the whole document for references
 * of any kind, anew for every call.
 *
 * The browser gets the text of this function, so it uses nothing from outside itself.
 */
export function followReferences(): object {
  const at = (document: Node, path: readonly string[]) =>
    path.reduce<unknown>((node, segment) => (node as Node | undefined)?.[segment], document);

  const follow = (document: Node, node: unknown): unknown => {
    if (typeof node !== 'object' || node === null) return node;
    if (Array.isArray(node)) return node.map((each) => follow(document, each));
    const { $ref, ...rest } = node as Node;
    const followed = Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, follow(document, value)]));
    if (typeof $ref !== 'string') return followed;
    const path = $ref.split('/').slice(1);
    // The page names a schema by its title.
    const name = path[1] === 'schemas' ? { title: path[2] } : {};
    return { ...name, ...(follow(document, at(document, path)) as Node), ...followed };
  };

  return {
    fn: {
      resolveSubtree: (document: Node, path: readonly string[]) =>
        Promise.resolve({ spec: follow(document, at(document, path)), errors: [] }),
    },
  };
}

// The browser gets the texts of these functions, so they use nothing from outside themselves.

type Node = Readonly<Record<string, unknown>>;

/**
 * A plugin of Swagger UI that follows the references of a call when it is opened. All of ours lead into the same document
 * and none leads back to where it came from, so this is a walk; its own resolver prepares the whole document for references
 * of any kind, anew for every call.
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

type IsShown = (thing: string | readonly string[], byDefault?: boolean) => boolean;

/**
 * A plugin of Swagger UI that shows the operations folded at first: the same work as that of the routes, under other names.
 * With them the list is so long that Swagger UI takes whatever is out of sight from the page, and then the browser finds
 * nothing on it.
 */
export function foldOperations(): object {
  return {
    statePlugins: {
      layout: {
        wrapSelectors: {
          isShown:
            (original: IsShown) =>
            (_state: unknown, ...[thing, byDefault]: Parameters<IsShown>) =>
              original(thing, byDefault && String(thing) !== 'operations-tag,operations'),
        },
      },
    },
  };
}

import { Component, h, type ComponentType, type FunctionComponent, type RenderableProps } from "preact";

/** A component that is drawn again only when one of its props is another one. */
export function memo<Props extends object>(Inner: FunctionComponent<Props>): ComponentType<Props> {
  return class Memo extends Component<Props> {
    override shouldComponentUpdate(next: Readonly<Props>): boolean {
      const keys = new Set([...Object.keys(next), ...Object.keys(this.props)]) as Set<keyof Props>;
      return [...keys].some((key) => next[key] !== this.props[key]);
    }

    override render(props: RenderableProps<Props>) {
      return h(Inner, props as Props);
    }
  };
}

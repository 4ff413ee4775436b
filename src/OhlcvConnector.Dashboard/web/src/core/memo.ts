// A component that is drawn again only when what it shows is another.
import { Component, createElement, type ComponentChildren, type FunctionComponent } from 'preact';

export function memo<P extends object>(draw: (props: P) => ComponentChildren, isSame: (before: P, after: P) => boolean): FunctionComponent<P> {
  class Memo extends Component<P> {
    override shouldComponentUpdate(next: Readonly<P>): boolean {
      return !isSame(this.props as P, next as P);
    }

    override render(): ComponentChildren {
      return draw(this.props as P);
    }
  }
  return ((props: P) => createElement(Memo as never, props)) as FunctionComponent<P>;
}

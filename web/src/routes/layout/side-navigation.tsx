import { Link } from '@tanstack/react-router';
import { useSession } from '../../api/session.ts';
import { useText } from '../../text/language.ts';
import { placesOf } from '../navigation.ts';

const LINK =
  'flex h-9 items-center gap-3 rounded-md px-3 text-muted hover:bg-sunken hover:text-ink max-lg:h-11 ' +
  'aria-[current=page]:bg-accent-soft aria-[current=page]:font-medium aria-[current=page]:text-accent';

/** @param onLeave called when a page was chosen: the navigation on a phone closes */
export function SideNavigation({ onLeave }: { readonly onLeave?: () => void }) {
  const t = useText();
  const session = useSession();
  return (
    <nav aria-label={t.shell.navigation} className="grid gap-6">
      {placesOf(session).map(({ name, places }) => (
        <div key={name ?? ''} className="grid gap-1">
          {name !== null && <p className="px-3 pb-1 text-xs font-medium text-muted">{t.shell.groups[name]}</p>}
          {places.map(({ to, name: page, icon: Icon }) => (
            <Link key={to} to={to} activeOptions={{ exact: to === '/' }} onClick={onLeave} className={LINK}>
              <Icon />
              {t.shell.pages[page]}
            </Link>
          ))}
        </div>
      ))}
    </nav>
  );
}

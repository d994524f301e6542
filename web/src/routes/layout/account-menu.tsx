import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { closeSession, openSession, serviceFacts, useSession } from '../../api/session.ts';
import { chooseLanguage, LANGUAGE_NAMES, LANGUAGES, useLanguage, useText } from '../../text/language.ts';
import { Button } from '../../ui/button.tsx';
import { ChevronDownIcon } from '../../ui/icons.tsx';
import { Menu, MenuChoice, MenuItem, MenuLabel, MenuLine, MenuLink } from '../../ui/menu.tsx';
import { chooseTheme, THEMES, useTheme } from '../../ui/theme.ts';
import { demoKeys } from '../demo-keys.ts';

/** Who is signed in, the theme and the language, the other accounts of a demo, and signing out. */
export function AccountMenu() {
  const t = useText();
  const { holder, key } = useSession();
  const language = useLanguage();
  const theme = useTheme();
  const { data: facts } = useQuery(serviceFacts);
  const demo = useQuery({ ...demoKeys, enabled: facts?.is_demo === true }).data ?? [];
  const navigate = useNavigate();
  // The open page belongs to the current account, so it is left first.
  const leave = async (change: () => void | Promise<void>): Promise<void> => {
    await navigate({ to: '/' });
    await change();
  };
  const name = holder.kind === 'merchant' ? holder.name : t.shell.operator;
  const trigger = (
    <Button tone="quiet" aria-label={`${name}: ${t.shell.menu.label}`}>
      <span className="max-w-40 truncate max-sm:max-w-24">{name}</span>
      <ChevronDownIcon />
    </Button>
  );
  return (
    <Menu trigger={trigger}>
      {demo.length > 0 && (
        <>
          <MenuLabel>{t.shell.menu.demoAccounts}</MenuLabel>
          {demo
            .filter((one) => one.key !== key)
            .map((one) => (
              <MenuItem key={one.key} onSelect={() => void leave(() => openSession(one.key))}>
                {one.name}
              </MenuItem>
            ))}
          <MenuLine />
        </>
      )}
      <MenuChoice
        label={t.shell.menu.language}
        value={language}
        options={LANGUAGES.map((value) => ({ value, label: LANGUAGE_NAMES[value], lang: value }))}
        onChoose={(chosen) => void chooseLanguage(chosen)}
      />
      <MenuLine />
      <MenuChoice
        label={t.shell.menu.theme}
        value={theme}
        options={THEMES.map((value) => ({ value, label: t.shell.menu.themes[value] }))}
        onChoose={chooseTheme}
      />
      <MenuLine />
      {facts?.has_docs === true && <MenuLink href="/docs">{t.shell.menu.apiDocs}</MenuLink>}
      <MenuItem onSelect={() => void leave(closeSession)}>{t.shell.menu.signOut}</MenuItem>
    </Menu>
  );
}

import { useTranslation } from 'react-i18next'

/** For people who open the app's address by themselves. */
export function LandingPage() {
  const { t } = useTranslation()
  return (
    <main
      style={{
        fontFamily: 'system-ui, sans-serif',
        margin: '4rem auto',
        maxWidth: '36rem',
        padding: '0 1rem',
      }}
    >
      <h1>Stammgast</h1>
      <p>{t('landing.what')}</p>
      <p>{t('landing.open')}</p>
    </main>
  )
}

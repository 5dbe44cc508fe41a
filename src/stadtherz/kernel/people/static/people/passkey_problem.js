// SPDX-FileCopyrightText: Stadtherz contributors
// SPDX-License-Identifier: EUPL-1.2
// Says in words that a passkey did not work; django-allauth's script only tells the console.
document.addEventListener('allauth.error', (event) => {
  event.preventDefault()
  const problem = document.getElementById('passkey-problem')
  if (problem) problem.hidden = false
})

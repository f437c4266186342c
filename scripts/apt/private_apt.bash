# An apt of our own, to fetch from Debian what this machine's apt does not offer. To be sourced; needs a function die.

# Everything that apt reads or writes lies in folder $1, so that no list of the machine changes; the mirror is the one
# that the machine takes its own release from. What others hooked to an update is none of our business here.
# $2: deb or deb-src. $3: the release, by default the machine's own.
configure_apt() {
  local apt=$1 kind=$2 own release keyring=/usr/share/keyrings/debian-archive-keyring.gpg mirrors
  [ -r $keyring ] || die "$keyring is missing: apt-get install debian-archive-keyring"
  own=$(. /etc/os-release && echo "$VERSION_CODENAME")
  release=${3:-$own}
  mirrors=$(apt-get update --print-uris | sed -n "s|^'\(.*\)/dists/$own/InRelease'.*|\1|p" | sort -u)
  [ -n "$mirrors" ] || die "apt knows no mirror of $own: see /etc/apt/sources.list and sources.list.d"
  mkdir -p "$apt/lists/partial" "$apt/cache/archives/partial"
  sed "s|.*|$kind [signed-by=$keyring] & $release main|" <<<"$mirrors" >"$apt/sources.list"
  cat >"$apt/apt.conf" <<CONF
Dir::Etc::SourceList "$apt/sources.list";
Dir::Etc::SourceParts "/dev/null";
Dir::State::Lists "$apt/lists";
Dir::Cache "$apt/cache";
APT::Sandbox::User "root";
#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
CONF
}

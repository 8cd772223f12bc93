import ipaddr from 'ipaddr.js';

export type IpAddress = ipaddr.IPv4 | ipaddr.IPv6;

/** What is allocated for the public internet of IPv6 (IANA, "Internet Protocol Version 6 Address Space"). */
const GLOBAL_UNICAST_V6 = ipaddr.IPv6.parseCIDR('2000::/3');

/** Prefixes of /96 whose last four bytes are the IPv4 address that is reached in the end. */
const IPV4_INSIDE = [
  ipaddr.IPv6.parseCIDR('::ffff:0:0/96'), // IPv4-mapped, RFC 4291 section 2.5.5.2
  ipaddr.IPv6.parseCIDR('64:ff9b::/96'), // NAT64, RFC 6052 section 2.1: what names resolve to in networks without IPv4
];

/** Public by its number, but answered by the host underneath every virtual machine of Azure, with secrets of it. */
const AZURE_PLATFORM = ipaddr.IPv4.parse('168.63.129.16');

/** The address that is reached under a literal, or undefined when the text is none: four decimal parts, or IPv6 without brackets. */
export function readIpAddress(text: string): IpAddress | undefined {
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return ipaddr.IPv4.parse(text);
  return ipaddr.IPv6.isValid(text) ? reachedAddress(ipaddr.IPv6.parse(text)) : undefined;
}

/** An address of the public internet: no private, local, shared, reserved, documentation, multicast or tunnel range. */
export function isPublic(address: IpAddress): boolean {
  if (address instanceof ipaddr.IPv4)
    return address.range() === 'unicast' && !address.match(AZURE_PLATFORM, 32);
  return address.range() === 'unicast' && address.match(GLOBAL_UNICAST_V6);
}

function reachedAddress(address: ipaddr.IPv6): IpAddress {
  const isEmbedded = IPV4_INSIDE.some((prefix) => address.match(prefix));
  return isEmbedded ? new ipaddr.IPv4(address.toByteArray().slice(12)) : address;
}

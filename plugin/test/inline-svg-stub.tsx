import React, { type SVGAttributes } from 'react';

/** The icon without its picture, which jsdom cannot load; what a person can do with it stays. */
export default function InlineSvg({
  className,
  role,
  tabIndex,
  onClick,
  title,
}: SVGAttributes<SVGElement> & { title?: string }) {
  return (
    <svg className={className} role={role} tabIndex={tabIndex} onClick={onClick}>
      <title>{title}</title>
    </svg>
  );
}

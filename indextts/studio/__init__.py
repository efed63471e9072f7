"""The web page: one Gradio Blocks over the speech service."""

from indextts.studio.page import build_page, mount_options

__all__ = ["build_page", "mount_options"]

"""The party's face on public pages: header picture, picture and words for shares, icon."""

import sqlalchemy as sa
from alembic import op

revision = "0058"
down_revision = "0057"
branch_labels = None
depends_on = None

PICTURES = ("picture", "share", "icon")
CHANGES = ("INSERT", "UPDATE", "DELETE")
SQLITE = """
CREATE TRIGGER renew_site_edition_{change}_mail_face AFTER {change} ON mail_face BEGIN
  UPDATE site_edition SET value = lower(hex(randomblob(16)));
END
"""
POSTGRESQL = """
CREATE TRIGGER renew_site_edition AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON mail_face
FOR EACH STATEMENT EXECUTE FUNCTION renew_site_edition()
"""


def upgrade() -> None:
    with op.batch_alter_table("mail_face") as face:
        for name in PICTURES:
            face.add_column(sa.Column(f"{name}_id", sa.BigInteger(), nullable=True))
        for name in ("picture", "share"):
            face.add_column(sa.Column(f"{name}_file", sa.String(length=30), nullable=True))
            face.add_column(sa.Column(f"{name}_width", sa.Integer(), nullable=True))
            face.add_column(sa.Column(f"{name}_height", sa.Integer(), nullable=True))
        for name, kind, value in (
            ("picture_alt", sa.String(length=100), ""),
            ("picture_in_mails", sa.Boolean(), sa.false()),
            ("share_words", sa.Text(), "{}"),
        ):
            face.add_column(sa.Column(name, kind, server_default=value, nullable=False))
        face.add_column(sa.Column("icon", sa.LargeBinary(), nullable=True))
        for name in PICTURES:
            key = op.f(f"fk_mail_face_{name}_id")
            face.create_foreign_key(key, "picture", [f"{name}_id"], ["id"])
            file = "icon" if name == "icon" else f"{name}_file"
            face.create_check_constraint(
                op.f(f"ck_mail_face_{name}"), f"({name}_id IS NULL) = ({file} IS NULL)"
            )
    if op.get_bind().dialect.name == "postgresql":
        op.execute(POSTGRESQL)
        return
    for change in CHANGES:
        op.execute(SQLITE.format(change=change))


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER renew_site_edition ON mail_face")
    else:
        for change in CHANGES:
            op.execute(f"DROP TRIGGER renew_site_edition_{change}_mail_face")
    with op.batch_alter_table("mail_face") as face:
        for name in PICTURES:
            face.drop_constraint(op.f(f"fk_mail_face_{name}_id"), type_="foreignkey")
            face.drop_constraint(op.f(f"ck_mail_face_{name}"), type_="check")
            face.drop_column(f"{name}_id")
        for name in ("picture", "share"):
            for part in ("file", "width", "height"):
                face.drop_column(f"{name}_{part}")
        for name in ("picture_alt", "picture_in_mails", "share_words", "icon"):
            face.drop_column(name)

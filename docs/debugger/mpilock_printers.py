"""Shows controllers of mpilock in gdb: `source mpilock_printers.py`, then `print ctrl`."""
import re

import gdb
import gdb.printing

OPEN_BITS = 20  # of section_count: sections that are open; above them, sections entered


def text_of(string):
    """Of a std::string or std::string_view."""
    fields = {field.name for field in string.type.strip_typedefs().fields()}
    if "_M_str" in fields:
        return string["_M_str"].string(length=int(string["_M_len"]))
    return string["_M_dataplus"]["_M_p"].string(length=int(string["_M_string_length"]))


def pointer_in(unique_ptr):
    """What it owns: the only pointer in it, however libstdc++ nests it."""
    value = unique_ptr
    while value.type.strip_typedefs().code != gdb.TYPE_CODE_PTR:
        fields = value.type.strip_typedefs().fields()
        inner = [field for field in fields if field.name == "_M_head_impl"] or fields
        value = next(value[field] for field in inner if value[field].type.sizeof >= 8)
    return value


def count(number, noun):
    return f"{number} {noun}" + ("" if number == 1 else "s")


class ControllerPrinter:
    """One line: what it is, what this rank holds, what it has entered and waited for."""

    def __init__(self, controller):
        self.controller = controller

    def to_string(self):
        state = pointer_in(self.controller["state_"])
        if int(state) == 0:
            return "mpilock: moved from"
        state = state.dereference()
        comm = state["ranks_"]["comm_"]
        backend = text_of(state["service_"]["backend_name_"])
        return (f"mpilock '{text_of(state['options_']['name'])}' ({backend}, "
                f"{self.policy(1)}, {self.policy(2)}), rank {int(comm['rank_'])} of "
                f"{int(comm['size_'])}, root {int(state['root_'])}: {self.doing(state)}")

    def policy(self, slot):
        policies = self.controller.type.strip_typedefs()
        return str(policies.template_argument(slot)).replace("mpilock::", "")

    def doing(self, state):
        if str(state["life_"]["stage_"]["_M_i"]).endswith(("::closed", "::freed")):
            return "closed"
        lock = state["sections_"]["lock_"]
        bits = [int(lock[each]["bits_"]["_M_i"]) for each in ("reads_", "writes_")]
        held = [count(each & ((1 << OPEN_BITS) - 1), noun) for each, noun in
                zip(bits, ("read section", "write section")) if each & ((1 << OPEN_BITS) - 1)]
        entered = [count(each >> OPEN_BITS, noun) for each, noun in
                   zip(bits, ("read section", "write section"))]
        waited = state["slow_path_"]["waited_"]
        waits = sum(int(waited[kind]["waits"]) for kind in ("reads", "writes"))
        return (f"holds {' and '.join(held) or 'nothing'}; "
                f"entered {entered[0]} and {entered[1]} so far, after {count(waits, 'wait')}")


class MpilockPrinters(gdb.printing.PrettyPrinter):
    def __call__(self, value):
        name = value.type.strip_typedefs().unqualified().name or ""
        is_controller = re.match(r"mpilock::basic_window_controller<", name)
        return ControllerPrinter(value) if is_controller else None


gdb.printing.register_pretty_printer(None, MpilockPrinters("mpilock"), replace=True)

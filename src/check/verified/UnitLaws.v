(* UnitLaws.v - checked unit laws are constant along gradient flows, with true units.

   Copyright (C) 2026 the lieorbit developers
   SPDX-License-Identifier: LGPL-3.0-or-later *)
From Coq Require Import ZArith QArith Qreals List Bool String Reals Lra Lia FMapPositive.
From LawCert Require Import Poly Model Checker Language Elaborate Layers Statements Compile Meaning Units
  Simulation
  Diff Claims
  Flow Text Relu TrueFlow UnitFlow.
Import ListNotations.
Open Scope list_scope.
Open Scope R_scope.

Definition total_of (l : list positive) (f : positive -> R) : R := fold_right (fun a s => f a + s) 0 l.
Lemma total_ext l f g : (forall a, In a l -> f a = g a) -> total_of l f = total_of l g.
Proof.
  induction l as [|a l IH]; intros H; simpl; [reflexivity|].
  rewrite (H a) by now left. rewrite IH by (intros b Hb; apply H; now right). reflexivity.
Qed.
Lemma total_lin l f g x y : total_of l (fun a => x * f a + y * g a) = x * total_of l f + y * total_of l g.
Proof. induction l as [|a l IH]; simpl; [ring|]. rewrite IH. ring. Qed.
Lemma total_zero l f : (forall a, In a l -> f a = 0) -> total_of l f = 0.
Proof.
  induction l as [|a l IH]; intros H; simpl; [reflexivity|].
  rewrite (H a) by now left. rewrite IH by (intros b Hb; apply H; now right). ring.
Qed.
Lemma total_delta f b l : NoDup l -> total_of l (fun a => if Pos.eqb b a then f a else 0) =
  if existsb (Pos.eqb b) l then f b else 0.
Proof.
  intros D. induction D as [|a l N D IH]; simpl; [reflexivity|]. rewrite IH.
  destruct (Pos.eqb_spec b a) as [->|Nb]; simpl; [|destruct (existsb _ _); ring].
  replace (existsb (Pos.eqb a) l) with false; [ring|]. symmetry. apply not_true_iff_false. intros H.
  apply existsb_exists in H as (x & Hx & E). apply Pos.eqb_eq in E. subst. contradiction.
Qed.
Lemma exists_state n b : existsb (Pos.eqb b) (vars n) = is_state n b.
Proof.
  apply eq_true_iff_eq. rewrite is_state_spec, existsb_exists. split.
  - intros (x & Hx & E). apply Pos.eqb_eq in E. subst. exact Hx.
  - intros H. exists b. split; [exact H|apply Pos.eqb_refl].
Qed.
Lemma total_derivative l (f : positive -> R -> R) d x :
  (forall a, In a l -> derivable_pt_lim (f a) x (d a)) ->
  derivable_pt_lim (fun t => total_of l (fun a => f a t)) x (total_of l d).
Proof.
  induction l as [|a l IH]; intros H; simpl; [apply derivable_pt_lim_const|].
  apply (derivable_pt_lim_plus (f a) (fun t => total_of l (fun a => f a t))); [apply H; now left|].
  apply IH. intros b Hb. apply H. now right.
Qed.

(* ------------------------------------------------------------------ gradients
   g is the gradient of f at e in the first n variables: the chain rule holds along every curve through e. *)
Definition curve_through (n : nat) (e : positive -> R) (c : positive -> R -> R) (d : positive -> R) : Prop :=
  (forall a, c a 0 = e a) /\ (forall a t, is_state n a = false -> c a t = e a) /\
  (forall a, is_state n a = true -> derivable_pt_lim (c a) 0 (d a)).
Definition gradient_at (n : nat) (f : func) (e g : positive -> R) : Prop :=
  forall c d, curve_through n e c d ->
  derivable_pt_lim (fun t => f (fun a => c a t)) 0 (total_of (vars n) (fun a => g a * d a)).
Lemma derivative_unique f d c : (forall t, f t = c) -> derivable_pt_lim f 0 d -> d = 0.
Proof.
  intros H D. assert (C : derivable_pt_lim f 0 0).
  { apply (deriv_ext (fct_cte c)); [intros t; symmetry; apply H|apply derivable_pt_lim_const]. }
  exact (uniqueness_limite f 0 d 0 D C).
Qed.
Lemma exp_derivative k x : derivable_pt_lim (fun t => exp (t * k) * x) 0 (k * x).
Proof.
  assert (D : derivable_pt_lim (fun t => exp (t * k)) 0 (exp (0 * k) * k)).
  { apply (derivable_pt_lim_comp (fun t => t * k) exp).
    - assert (Q := derivable_pt_lim_scal id k 0 1 (derivable_pt_lim_id 0)). rewrite Rmult_1_r in Q.
      eapply deriv_ext; [|exact Q]. intros t. unfold mult_real_fct, id. ring.
    - apply derivable_pt_lim_exp. }
  rewrite Rmult_0_l, exp_0, Rmult_1_l in D.
  replace (k * x) with (x * k) by ring.
  eapply deriv_ext; [|exact (derivable_pt_lim_scal _ x 0 k D)]. intros t. unfold mult_real_fct. ring.
Qed.
Section Balance.
  Variable P : problem.
  Variable unit : positive -> grade.
  Hypothesis HU : check_scaling P unit = true.
  Hypothesis Hunit : forall a, is_state (p_dim P) a = false -> unit a = [].
  Variable e : positive.
  Theorem gradient_balanced f env g : In f (output_functions P) -> gradient_at (p_dim P) f env g ->
    total_of (vars (p_dim P)) (fun a => coef (unit a) e * env a * g a) = 0.
  Proof.
    intros Hf Hg. rewrite (total_ext _ _ (fun a => g a * (coef (unit a) e * env a))) by (intros; ring).
    apply (derivative_unique (fun t => f (fun a => scaled unit e t env a)) _ (f env)).
    - intros t. exact (outputs_scaled unit e P HU f Hf t env).
    - apply (Hg (fun a t => scaled unit e t env a)). unfold scaled, factor. split; [|split].
      + intros a. rewrite Rmult_0_l, exp_0. ring.
      + intros a t Ha. rewrite (Hunit a Ha), coef_nil, Rmult_0_r, exp_0. ring.
      + intros a _. apply exp_derivative.
  Qed.
End Balance.

(* ------------------------------------------------------------------ the laws of a text *)
Definition unit_sum (n : nat) (unit : positive -> grade) (e : positive) (env : positive -> R) : R :=
  total_of (vars n) (fun a => coef (unit a) e * (env a * env a)).
(* the sum over all parameters of the coefficient of e in the unit of the parameter times its square *)
Definition text_unit_sum (text : string) (c : units_claim) (e : positive) (env : positive -> R) : R :=
  match units_of_text text c with
  | Some (t, unit) => unit_sum (p_dim (t_problem t)) unit e env
  | None => 0
  end.
(* Finite combinations of gradients of outputs, at the parameters and constants of e0 and at any inputs at
   which
   the output is differentiable. *)
Inductive smooth_velocity (text : string) (e0 : positive -> R) : (positive -> R) -> Prop :=
| smooth_zero : smooth_velocity text e0 (fun _ => 0)
| smooth_add c e j g v :
    (forall a, is_known text a = true -> e a = e0 a) ->
    (j < List.length (outputs_of text e))%nat ->
    gradient_at (dim_of text) (fun e => nth j (outputs_of text e) 0) e g ->
    smooth_velocity text e0 v ->
    smooth_velocity text e0 (fun a => c * g a + v a).
(* h is constant along every curve gamma on an interval I whose velocity is at every time in V *)
Definition constant_along (text : string) (V : (positive -> R) -> (positive -> R) -> Prop)
    (h : (positive -> R) -> R) : Prop :=
  forall (I : R -> Prop) (gamma v : positive -> R -> R),
  (forall s t u, I s -> I t -> s <= u <= t -> I u) ->
  (forall t a, I t -> is_parameter text a = true -> derivable_pt_lim (gamma a) t (v a t)) ->
  (forall s t a, is_parameter text a = false -> gamma a s = gamma a t) ->
  (forall t, I t -> exists w, V (fun a => gamma a t) w /\
    forall a, is_parameter text a = true -> v a t = w a) ->
  forall t u, I t -> I u -> h (fun a => gamma a t) = h (fun a => gamma a u).

Section Claim.
  Variable text : string.
  Variable c : units_claim.
  Variable t : compiled.
  Variable unit : positive -> grade.
  Hypothesis Hu : units_of_text text c = Some (t, unit).
  Notation P := (t_problem t).
  Notation n := (p_dim P).
  Lemma units_compile : compile text = Ok t.
  Proof.
    unfold units_of_text in Hu. destruct (compile text) as [t'|]; [|discriminate].
    destruct (grades_of t' c); [|discriminate]. injection Hu as -> _. reflexivity.
  Qed.
  Lemma units_states a : is_state n a = false -> unit a = [].
  Proof.
    intros H. unfold units_of_text in Hu. destruct (compile text) as [t'|]; [|discriminate].
    destruct (grades_of t' c); [|discriminate]. injection Hu as -> <-. unfold unit_of. rewrite H. reflexivity.
  Qed.
  Lemma known_state (e e0 : positive -> R) : (forall a, is_known text a = true -> e a = e0 a) ->
    forall a, is_state n a = true -> e a = e0 a.
  Proof.
    intros H a Ha. apply H. unfold is_known. rewrite (dim_ok text t units_compile).
    eapply is_state_le; [|exact Ha]. lia.
  Qed.
  Lemma sum_ok e env : text_unit_sum text c e env = unit_sum n unit e env.
  Proof. unfold text_unit_sum. rewrite Hu. reflexivity. Qed.
  Lemma output_function j : (fun e => nth j (outputs_of text e) 0) = nth j (output_functions P) zero_func.
  Proof.
    apply FunctionalExtensionality.functional_extensionality. intros e. unfold outputs_of.
    rewrite (outputs_at text t e units_compile). apply row_at_nth.
  Qed.
  Lemma output_length e : List.length (outputs_of text e) = List.length (output_functions P).
  Proof. unfold outputs_of. rewrite (outputs_at text t e units_compile). apply map_length. Qed.

  Hypothesis HU : check_scaling P unit = true.
  Variable e : positive.
  Definition balanced (env w : positive -> R) : Prop :=
    total_of (vars n) (fun a => coef (unit a) e * env a * w a) = 0.
  Lemma balanced_add env env' k g v : (forall a, is_state n a = true -> env' a = env a) ->
    balanced env' g -> balanced env v -> balanced env (fun a => k * g a + v a).
  Proof.
    unfold balanced. intros E H G.
    rewrite (total_ext _ _ (fun a => coef (unit a) e * env a * g a)) in H
      by (intros a Ha; rewrite E by (apply is_state_spec; exact Ha); reflexivity).
    rewrite (total_ext _ _ (fun a => k * (coef (unit a) e * env a * g a) + 1 * (coef (unit a) e * env a * v
      a)))
      by (intros; ring).
    rewrite total_lin, H, G. ring.
  Qed.
  Lemma output_balanced env j g : (j < List.length (outputs_of text env))%nat ->
    gradient_at n (fun e => nth j (outputs_of text e) 0) env g -> balanced env g.
  Proof.
    intros Hj Hg. rewrite output_function in Hg. rewrite output_length in Hj.
    apply (gradient_balanced P unit HU units_states e (nth j (output_functions P) zero_func)); [|exact Hg].
    apply nth_In. exact Hj.
  Qed.
  Lemma smooth_balanced env w : smooth_velocity text env w -> balanced env w.
  Proof.
    intros H. induction H as [|k env' j g v HE Hj Hg Hv IH].
    - apply total_zero. intros. ring.
    - rewrite (dim_ok text t units_compile) in Hg. apply (balanced_add env env'); [|apply (output_balanced
      env' j); auto|exact IH].
      apply known_state. exact HE.
  Qed.
  Lemma sum_constant (V : (positive -> R) -> (positive -> R) -> Prop) :
    (forall env w, V env w -> balanced env w) -> constant_along text V (text_unit_sum text c e).
  Proof.
    intros HV I gamma v Hc Hd Hcst Hv.
    assert (D : forall s, I s -> derivable_pt_lim (fun s => text_unit_sum text c e (fun a => gamma a s)) s 0).
    { intros s Hs. destruct (Hv s Hs) as (w & Hw & Ew). specialize (HV _ _ Hw). unfold balanced in HV.
      apply (deriv_ext (fun s => unit_sum n unit e (fun a => gamma a s)));
        [intros x; symmetry; apply sum_ok|].
      replace 0 with (total_of (vars n) (fun a => coef (unit a) e * (v a s * gamma a s + gamma a s * v a s))).
      - unfold unit_sum.
        apply (total_derivative (vars n) (fun a s => coef (unit a) e * (gamma a s * gamma a s))). intros a Ha.
        assert (Dg : derivable_pt_lim (gamma a) s (v a s)).
        { apply Hd; [exact Hs|]. rewrite (parameter_state text t units_compile). apply is_state_spec. exact
          Ha. }
        exact (derivable_pt_lim_scal _ (coef (unit a) e) s _ (derivable_pt_lim_mult _ _ s _ _ Dg Dg)).
      - rewrite (total_ext _ _ (fun a => 2 * (coef (unit a) e * gamma a s * w a) + 0 * 0)).
        + rewrite total_lin, HV. ring.
        + intros a Ha. rewrite Ew by (rewrite (parameter_state text t units_compile); apply is_state_spec;
          exact Ha). ring. }
    assert (W : forall s u, I s -> I u -> s < u ->
      text_unit_sum text c e (fun a => gamma a s) = text_unit_sum text c e (fun a => gamma a u)).
    { intros s u Hs Hu' L.
      destruct (MVT_cor2 (fun s => text_unit_sum text c e (fun a => gamma a s)) (fun _ => 0) s u L)
        as (x & E & _).
      - intros x Hx. apply D. apply (Hc s u); auto.
      - lra. }
    intros s u Hs Hu'. destruct (Rtotal_order s u) as [L|[L|L]]; [auto|now subst|symmetry; auto].
  Qed.
End Claim.
Lemma check_units_spec text c : check_text_units text c = true -> exists t unit pivots,
  units_of_text text c = Some (t, unit) /\ check_scaling (t_problem t) unit = true /\
  Z.of_nat (List.length (u_pivots c)) = u_count c /\
  all_some (map (pivot_of (tensors_of t)) (u_pivots c)) = Some pivots /\
  check_pivots (p_dim (t_problem t)) unit 1 pivots = true.
Proof.
  unfold check_text_units. destruct (units_of_text text c) as [[t unit]|]; [|discriminate]. intros H.
  apply andb_prop in H as [H Hp]. apply andb_prop in H as [H Hs]. apply andb_prop in H as [_ Hl].
  destruct (all_some _) as [pivots|] eqn:E; [|discriminate]. apply Z.eqb_eq in Hl. exists t, unit, pivots.
    auto.
Qed.
(* THEOREM. Unit laws are constant along the gradient flow of the network with true units,
   through all points at
   which the outputs that move it are differentiable. *)
Theorem text_units_conserved text c : check_text_units text c = true -> forall e,
  constant_along text (smooth_velocity text) (text_unit_sum text c e).
Proof.
  intros H e. apply check_units_spec in H as (t & unit & _ & Hu & HU & _).
  apply (sum_constant text c t unit Hu). exact (smooth_balanced text c t unit Hu HU e).
Qed.

(* ------------------------------------------------------------------ independence
   gradients of the laws: where no parameter is 0 they are independent *)
Lemma unit_sum_partial n unit e env a : is_state n a = true ->
  partial (unit_sum n unit e) a env (2 * (coef (unit a) e * env a)).
Proof.
  intros Ha. unfold partial, unit_sum.
  replace (2 * (coef (unit a) e * env a))
    with (total_of (vars n) (fun b => if Pos.eqb a b then 2 * (coef (unit b) e * env b) else 0))
    by (rewrite total_delta by apply vars_nodup; rewrite exists_state, Ha; reflexivity).
  apply (total_derivative (vars n) (fun b s => coef (unit b) e * (update env a s b * update env a s b))).
  intros b _. unfold update. rewrite (Pos.eqb_sym a b). destruct (Pos.eqb_spec b a) as [->|N].
  - assert (Q := derivable_pt_lim_scal _ (coef (unit a) e) (env a) _
      (derivable_pt_lim_mult id id (env a) 1 1 (derivable_pt_lim_id _) (derivable_pt_lim_id _))).
    unfold id in Q at 1 2. unfold mult_real_fct, mult_fct, id in Q.
    replace (2 * (coef (unit a) e * env a)) with (coef (unit a) e * (1 * env a + env a * 1)) by ring. exact Q.
  - apply derivable_pt_lim_const.
Qed.
Lemma coef_beyond u e i : forallb (fun t => Pos.leb (fst t) e) u = true -> (e < i)%positive -> coef u i = 0.
Proof.
  intros H L. induction u as [|[j c] u IH]; [apply coef_nil|]. simpl in H. apply andb_prop in H as [H1 H2].
  apply Pos.leb_le in H1. rewrite coef_cons, IH by exact H2. destruct (Pos.eqb_spec j i); [lia|ring].
Qed.
Lemma pivots_spec n unit pivots : forall e, check_pivots n unit e pivots = true ->
  forall k, (k < List.length pivots)%nat -> exists w, is_state n w = true /\
    let i := Pos.of_nat (Pos.to_nat e + k) in
    coef (unit w) i <> 0 /\ forall j, (i < j)%positive -> coef (unit w) j = 0.
Proof.
  induction pivots as [|w pivots IH]; intros e H k Hk; simpl in Hk; [lia|]. simpl in H.
  apply andb_prop in H as [H H4]. apply andb_prop in H as [H H3]. apply andb_prop in H as [H1 H2].
  destruct k as [|k].
  - exists w. split; [exact H1|]. rewrite Nat.add_0_r, Pos2Nat.id. split.
    + intros E. unfold coef in E. apply negb_true_iff in H3. rewrite <- Q2R_0 in E. apply eqR_Qeq in E.
      apply Qeq_eq_bool in E. congruence.
    + intros j Hj. exact (coef_beyond _ e j H2 Hj).
  - destruct (IH _ H4 k ltac:(lia)) as (x & Hx & Q). exists x. split; [exact Hx|]. simpl in *.
    replace (Pos.to_nat e + S k)%nat with (Pos.to_nat (Pos.succ e) + k)%nat by lia. exact Q.
Qed.
(* a combination of the gradients that vanishes has coefficients 0 *)
Theorem text_units_independent text c : check_text_units text c = true -> forall env v,
  (forall a, is_parameter text a = true -> env a <> 0) ->
  exists d : positive -> positive -> R,
    (forall e a, is_parameter text a = true -> partial (text_unit_sum text c e) a env (d e a)) /\
    ((forall a, is_parameter text a = true ->
        total_of (vars (Z.to_nat (u_count c))) (fun e => v e * d e a) = 0) ->
      forall e, In e (vars (Z.to_nat (u_count c))) -> v e = 0).
Proof.
  intros H env v Hne. apply check_units_spec in H as (t & unit & pivots & Hu & _ & HL & HA & HP).
  assert (Lp : List.length pivots = Z.to_nat (u_count c)).
  { rewrite <- HL, Nat2Z.id. transitivity (List.length (map (pivot_of (tensors_of t)) (u_pivots c)));
      [|apply map_length]. apply all_some_spec in HA. rewrite HA. symmetry. apply map_length. }
  set (n := p_dim (t_problem t)) in *. set (k := Z.to_nat (u_count c)) in *.
  exists (fun e a => 2 * (coef (unit a) e * env a)). split.
  - intros e a Ha. rewrite (parameter_state text t (units_compile text c t unit Hu)) in Ha.
    assert (E : text_unit_sum text c e = unit_sum n unit e).
    { apply FunctionalExtensionality.functional_extensionality. intros x. apply (sum_ok text c t unit Hu). }
    rewrite E. apply unit_sum_partial. exact Ha.
  - intros HZ.
    assert (S : forall m e, (Pos.to_nat e <= m)%nat -> In e (vars k) -> v e = 0).
    { induction m as [|m IH]; intros e Hm He; [lia|].
      assert (Be : (Pos.to_nat e <= k)%nat) by (apply is_state_spec in He; unfold is_state in He;
        apply Z.leb_le in He; lia).
      destruct (pivots_spec n unit pivots 1 HP (Pos.to_nat e - 1)%nat ltac:(lia)) as (w & Hw & Q).
      replace (Pos.to_nat 1 + (Pos.to_nat e - 1))%nat with (Pos.to_nat e) in Q by lia.
      rewrite Pos2Nat.id in Q. destruct Q as [Q1 Q2].
      assert (Z := HZ w). rewrite (parameter_state text t (units_compile text c t unit Hu)) in Z. specialize
        (Z Hw).
      rewrite (total_ext _ _ (fun i => if Pos.eqb e i then v e * (2 * (coef (unit w) e * env w)) else 0)) in
        Z.
      - rewrite (total_delta (fun _ => v e * (2 * (coef (unit w) e * env w)))) in Z by apply vars_nodup.
        rewrite exists_state in Z. apply is_state_spec in He. rewrite He in Z.
        assert (N : env w <> 0) by (apply Hne; rewrite (parameter_state text t (units_compile text c t unit
          Hu)); exact Hw).
        apply Rmult_integral in Z as [Z|Z]; [exact Z|]. exfalso.
        apply Rmult_integral in Z as [Z|Z]; [lra|]. apply Rmult_integral in Z as [Z|Z]; contradiction.
      - intros i Hi. destruct (Pos.eqb_spec e i) as [->|N]; [reflexivity|].
        destruct (Pos.lt_total e i) as [L|[L|L]]; [rewrite (Q2 i L); ring|congruence|].
        rewrite (IH i) by (try exact Hi; lia). ring. }
    intros e He. exact (S (Pos.to_nat e) e (Nat.le_refl _) He).
Qed.
